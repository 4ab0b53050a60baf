package remote

import (
	"context"
	"errors"
	"io"

	"golang.org/x/crypto/ssh"
)

// offers is what one login offers, and which of it was used.
type offers struct {
	signers []ssh.Signer
	signed  ssh.PublicKey // the key of the last signature: the one that logged us in
}

func watch(ids []identity) *offers {
	o := new(offers)
	for _, id := range ids {
		o.signers = append(o.signers, o.watch(id.signer))
	}
	return o
}

// watch wraps a signer and keeps its interfaces: they decide which RSA signature
// algorithms it offers.
func (o *offers) watch(s ssh.Signer) ssh.Signer {
	signed := func() { o.signed = s.PublicKey() }
	switch s := s.(type) {
	case ssh.MultiAlgorithmSigner:
		return multiSigner{s, signed}
	case ssh.AlgorithmSigner:
		return algorithmSigner{s, signed}
	}
	return plainSigner{s, signed}
}

type plainSigner struct {
	ssh.Signer
	signed func()
}

func (s plainSigner) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	s.signed()
	return s.Signer.Sign(rand, data)
}

type algorithmSigner struct {
	ssh.AlgorithmSigner
	signed func()
}

func (s algorithmSigner) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	s.signed()
	return s.AlgorithmSigner.SignWithAlgorithm(rand, data, algorithm)
}

type multiSigner struct {
	ssh.MultiAlgorithmSigner
	signed func()
}

func (s multiSigner) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	s.signed()
	return s.MultiAlgorithmSigner.SignWithAlgorithm(rand, data, algorithm)
}

var errRefusedPassword = errors.New("the host refused the password")

// methods returns the authentication methods in order: keys, then the password if there
// is one. sshd may take the password as such or as the answer to a single hidden
// question (keyboard-interactive, RFC 4256); the first of the two to be asked for has
// the only try.
func (c Config) methods(ctx context.Context, o *offers) []ssh.AuthMethod {
	var methods []ssh.AuthMethod
	if len(o.signers) > 0 {
		methods = append(methods, ssh.PublicKeys(o.signers...))
	}
	if c.Password == nil {
		return methods
	}
	used := false
	once := func() (string, error) {
		if used {
			return "", errRefusedPassword
		}
		used = true
		return c.Password(ctx)
	}
	return append(methods, ssh.PasswordCallback(once), ssh.KeyboardInteractive(
		func(_, _ string, questions []string, echos []bool) ([]string, error) {
			if len(questions) == 0 {
				return nil, nil
			}
			if len(questions) > 1 || echos[0] {
				return nil, errRefusedPassword
			}
			password, err := once()
			return []string{password}, err
		}))
}
