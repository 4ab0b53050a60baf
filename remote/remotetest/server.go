// Package remotetest is an SSH server inside the test process, with faults to switch
// on, and a proxy that delays and counts round trips.
//
//	srv := remotetest.Start(t, remotetest.Faults{DropHandshakes: 2})
//	client, err := remote.Dial(ctx, srv.Config())
//
// The server runs commands as real child processes, as a host would. It listens on
// 127.0.0.1 only and accepts one key that it generated itself.
package remotetest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"odooctl/remote"
)

// Server is one host. Its files live in a folder of the test.
type Server struct {
	Addr         string // 127.0.0.1:PORT
	User         string
	IdentityFile string // the private key to log in with
	KnownHosts   string // has HostKey
	Home         string // HOME and first folder of PATH of every child: put fake commands here

	faults    Faults
	listener  net.Listener
	key       ssh.PublicKey
	running   sync.WaitGroup
	executing sync.WaitGroup

	mu       sync.Mutex
	hostKey  ssh.Signer
	moreKeys []ssh.Signer
	conns    map[*faulty]bool
	children []int
	counts   Counts
	starting int           // connections in their handshake
	userCA   ssh.PublicKey // its certificates may log in
}

// Counts is what a Server has seen.
type Counts struct {
	Connections int // TCP connections
	Logins      int // logins that succeeded
	Offers      int // keys that were offered, right or wrong
	Passwords   int // passwords that were tried
	Handshakes  int // most concurrent handshakes
	Sessions    int // session channels, refused ones included
	Forwards    int // direct-tcpip channels
}

// Start runs a server until the end of the test.
func Start(t testing.TB, f Faults) *Server {
	t.Helper()
	dir := t.TempDir()
	s := &Server{User: "deploy", Home: dir, faults: f, conns: make(map[*faulty]bool),
		IdentityFile: filepath.Join(dir, "id_ed25519"), KnownHosts: filepath.Join(dir, "known_hosts")}
	s.key = newIdentity(t, s.IdentityFile)
	s.hostKey = newSigner(t)
	if f.SHA1 {
		s.hostKey = oldSigner(t)
	}
	var err error
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	s.Addr = s.listener.Addr().String()
	line := knownhosts.Line([]string{knownhosts.Normalize(s.Addr)}, s.hostKey.PublicKey()) + "\n"
	write(t, s.KnownHosts, line)
	s.running.Go(s.accept)
	t.Cleanup(s.stop)
	return s
}

// Config is how to log in to the server.
func (s *Server) Config() remote.Config { return s.ConfigAt(s.Addr) }

// ConfigAt is Config through another address, such as a Proxy's. It pins the host key,
// because known_hosts does not have that address.
func (s *Server) ConfigAt(addr string) remote.Config {
	at, _ := net.ResolveTCPAddr("tcp", addr)
	c := remote.Config{Host: "host1", Address: at.IP.String(), Port: at.Port, User: s.User,
		IdentityFiles: []string{s.IdentityFile}, KnownHosts: []string{s.KnownHosts}}
	if addr != s.Addr {
		c.HostKey = s.Fingerprint()
	}
	return c
}

// Fingerprint is the host key's, as SHA256:...
func (s *Server) Fingerprint() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ssh.FingerprintSHA256(s.hostKey.PublicKey())
}

// ChangeHostKey gives the server a new host key for later connections.
func (s *Server) ChangeHostKey(t testing.TB) {
	key := newSigner(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hostKey = key
}

// AddHostKeys adds an ECDSA and an RSA host key to the ed25519 one, and returns their
// public halves.
func (s *Server) AddHostKeys(t testing.TB) (added []ssh.PublicKey) {
	t.Helper()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	modulus, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range []crypto.Signer{ec, modulus} {
		signer, err := ssh.NewSignerFromSigner(key)
		if err != nil {
			t.Fatal(err)
		}
		s.moreKeys = append(s.moreKeys, signer)
		added = append(added, signer.PublicKey())
	}
	return added
}

// CertifyHostKey makes the server show a certificate of its host key to clients that
// accept one.
func (s *Server) CertifyHostKey(t testing.TB, authority ssh.Signer, principals ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	cert := &ssh.Certificate{Key: s.hostKey.PublicKey(), CertType: ssh.HostCert, ValidPrincipals: principals,
		ValidBefore: ssh.CertTimeInfinity}
	s.moreKeys = append(s.moreKeys, certify(t, cert, s.hostKey, authority))
}

// CertifyUser makes the server accept certificates of an authority for its user,
// and writes one beside a private key file.
func (s *Server) CertifyUser(t testing.TB, authority ssh.Signer, key ssh.Signer, file string) {
	t.Helper()
	cert := &ssh.Certificate{Key: key.PublicKey(), CertType: ssh.UserCert, ValidPrincipals: []string{s.User},
		ValidBefore: ssh.CertTimeInfinity}
	certify(t, cert, key, authority)
	write(t, file+"-cert.pub", string(ssh.MarshalAuthorizedKey(cert)))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.userCA = authority.PublicKey()
}

func certify(t testing.TB, cert *ssh.Certificate, key, authority ssh.Signer) ssh.Signer {
	t.Helper()
	if err := cert.SignCert(rand.Reader, authority); err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewCertSigner(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// Connected is the number of open connections.
func (s *Server) Connected() int { return len(s.open()) }

// Counts returns what the server has seen so far.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts
}

func (s *Server) count(what *int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	*what++
	return *what
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		c := &faulty{Conn: conn, server: s, gone: make(chan struct{})}
		s.mu.Lock()
		s.conns[c] = true
		s.mu.Unlock()
		s.running.Go(func() { s.serve(c) })
	}
}

func (s *Server) stop() {
	s.listener.Close()
	s.Disconnect()
	s.killChildren()
	s.running.Wait()
}

// Disconnect cuts every connection.
func (s *Server) Disconnect() {
	for _, c := range s.open() {
		c.Close()
	}
}

// Freeze makes every connection silent without closing it, as a cut cable does.
func (s *Server) Freeze() {
	for _, c := range s.open() {
		c.frozen.Store(true)
	}
}

func (s *Server) open() (conns []*faulty) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		conns = append(conns, c)
	}
	return conns
}

func newSigner(t testing.TB) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// oldSigner is an RSA key for the algorithm ssh-rsa alone.
func oldSigner(t testing.TB) ssh.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	old, err := ssh.NewSignerWithAlgorithms(signer.(ssh.AlgorithmSigner), []string{ssh.KeyAlgoRSA})
	if err != nil {
		t.Fatal(err)
	}
	return old
}

func newIdentity(t testing.TB, file string) ssh.PublicKey {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "remotetest")
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, string(pem.EncodeToMemory(block)))
	write(t, file+".pub", string(ssh.MarshalAuthorizedKey(key)))
	return key
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// CloneHostKey gives the server another one's host key for later connections.
func (s *Server) CloneHostKey(of *Server) {
	of.mu.Lock()
	key := of.hostKey
	of.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hostKey = key
}

// Admit accepts the key of another server's user in place of its own.
func (s *Server) Admit(of *Server) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = of.key
}
