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
	Certificate string `yaml:"certificate"` // absolute path on the operator's machine, as is Key
	Key         string `yaml:"key"`
	ACME        *ACME  `yaml:"acme"`
	Profile     string `yaml:"profile"` // Mozilla's: ProfileIntermediate or ProfileModern; left out, intermediate
	Pos         Pos    `yaml:"-"`
}

// Enabled tells whether nginx speaks TLS.
func (t TLS) Enabled() bool { return t.SelfSigned || t.Certificate != "" || t.ACME != nil }

// The values of tls.profile, after Mozilla's "Server Side TLS" guideline.
const (
	ProfileIntermediate = "intermediate"
	ProfileModern       = "modern"
)

// ACME asks for certificates of an ACME authority such as Let's Encrypt (RFC 8555).
type ACME struct {
	Email string `yaml:"email"`
}
