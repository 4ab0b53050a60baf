package inventory

// Nginx is the proxy part of a deployment.
type Nginx struct {
	Hosts             []*Host  `yaml:"hosts"`
	ServerNames       []string `yaml:"server_name"` // lower case
	TLS               TLS      `yaml:"tls"`
	HSTS              bool     `yaml:"hsts"`
	ClientMaxBodySize string   `yaml:"client_max_body_size"` // nginx's syntax: 128m
	Pos               Pos      `yaml:"-"`
}

// TLS says where the certificate comes from; at most one of the three sources is set. The zero value is plain HTTP.
type TLS struct {
	SelfSigned  bool   `yaml:"self_signed"`
	Certificate File   `yaml:"certificate"` // the server's own and its issuers, in PEM
	Key         Key    `yaml:"key"`
	ACME        *ACME  `yaml:"acme"`
	Profile     string `yaml:"profile"` // Mozilla's: ProfileIntermediate or ProfileModern; left out, intermediate
	Pos         Pos    `yaml:"-"`
}

// Enabled tells whether nginx speaks TLS.
func (t TLS) Enabled() bool { return t.SelfSigned || !t.Certificate.IsZero() || t.ACME != nil }

// The values of tls.profile, after Mozilla's "Server Side TLS" guideline.
const (
	ProfileIntermediate = "intermediate"
	ProfileModern       = "modern"
)

// ACME asks for certificates of an ACME authority such as Let's Encrypt (RFC 8555). Its terms of service are agreed to.
type ACME struct {
	Email   string `yaml:"email"`
	Server  string `yaml:"server"`  // address of the directory; see Directory
	CA      File   `yaml:"ca"`      // root of a private server's own certificate, in PEM
	Staging bool   `yaml:"staging"` // Let's Encrypt's server for trying: its certificates are trusted by nobody
}

// Let's Encrypt's directories (letsencrypt.org/docs/acme-protocol-updates and /staging-environment).
const (
	letsEncrypt        = "https://acme-v02.api.letsencrypt.org/directory"
	letsEncryptStaging = "https://acme-staging-v02.api.letsencrypt.org/directory"
)

// Directory gives the address at which the authority is asked (RFC 8555, section 7.1.1).
func (a ACME) Directory() string {
	switch {
	case a.Server != "":
		return a.Server
	case a.Staging:
		return letsEncryptStaging
	}
	return letsEncrypt
}
