package remote

import (
	"context"
	"errors"
	"io"
	"slices"

	"golang.org/x/crypto/ssh"
)

// offers is what one login offers, and what came of it.
type offers struct {
	ids     []identity
	skipped []skipped
	tried   int           // how many of ids the host let be offered
	signed  ssh.PublicKey // the key of the last signature: the one that logged us in
}

// signers are the keys to offer. Each keeps its interfaces: they decide which RSA
// signature algorithms it offers.
func (o *offers) signers() (signers []ssh.Signer) {
	for i, id := range o.ids {
		key := id.signer.PublicKey()
		u := use{key: key, offered: func() { o.tried = max(o.tried, i+1) }, signed: func() { o.signed = key }}
		switch s := id.signer.(type) {
		case ssh.MultiAlgorithmSigner:
			signers = append(signers, multiSigner{s, u})
		case ssh.AlgorithmSigner:
			signers = append(signers, algorithmSigner{s, u})
		default:
			signers = append(signers, plainSigner{s, u})
		}
	}
	return signers
}

// use records what is done with a key. The library asks for the public key to offer it.
type use struct {
	key             ssh.PublicKey
	offered, signed func()
}

func (u use) public() ssh.PublicKey {
	u.offered()
	return u.key
}

type plainSigner struct {
	ssh.Signer
	use
}

func (s plainSigner) PublicKey() ssh.PublicKey { return s.public() }

func (s plainSigner) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	s.signed()
	return s.Signer.Sign(rand, data)
}

type algorithmSigner struct {
	ssh.AlgorithmSigner
	use
}

func (s algorithmSigner) PublicKey() ssh.PublicKey { return s.public() }

func (s algorithmSigner) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	s.signed()
	return s.AlgorithmSigner.SignWithAlgorithm(rand, data, algorithm)
}

type multiSigner struct {
	ssh.MultiAlgorithmSigner
	use
}

func (s multiSigner) PublicKey() ssh.PublicKey { return s.public() }

func (s multiSigner) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	s.signed()
	return s.MultiAlgorithmSigner.SignWithAlgorithm(rand, data, algorithm)
}

var errRefusedPassword = errors.New("the host refused the password")

// triesBeforePassword leaves the last of sshd's six tries (MaxAuthTries) to the password.
const triesBeforePassword = 5

// methods returns the authentication methods in order: keys, then the password if there
// is one. sshd may take the password as such or as the answer to a single hidden
// question (keyboard-interactive, RFC 4256); the first of the two to be asked for has
// the only try.
func (c Config) methods(ctx context.Context, o *offers) []ssh.AuthMethod {
	used := false
	once := func() (string, error) {
		if used {
			return "", errRefusedPassword
		}
		used = true
		return c.Password(ctx)
	}
	answer := func(_, _ string, questions []string, echos []bool) ([]string, error) {
		if len(questions) == 0 {
			return nil, nil
		}
		if len(questions) > 1 || echos[0] {
			return nil, errRefusedPassword
		}
		password, err := once()
		return []string{password}, err
	}
	signers := o.signers()
	if c.Password != nil {
		signers = signers[:min(len(signers), triesBeforePassword)]
	}
	var methods []ssh.AuthMethod
	for _, name := range c.order() {
		switch {
		case name == "publickey" && len(signers) > 0:
			methods = append(methods, ssh.PublicKeys(signers...))
		case name == "password" && c.Password != nil:
			methods = append(methods, ssh.PasswordCallback(once))
		case name == "keyboard-interactive" && c.Password != nil:
			methods = append(methods, ssh.KeyboardInteractive(answer))
		}
	}
	return methods
}

// order is that of the methods to log in by.
func (c Config) order() []string {
	if slices.ContainsFunc(c.Methods, KnowsMethod) {
		return c.Methods
	}
	return knownMethods
}

var knownMethods = []string{"publickey", "password", "keyboard-interactive"}

// KnowsMethod reports whether the client knows a method of PreferredAuthentications.
func KnowsMethod(name string) bool { return slices.Contains(knownMethods, name) }

// offersKeys reports whether keys may log in.
func (c Config) offersKeys() bool { return !c.NoKeys && slices.Contains(c.order(), "publickey") }
