package certificate

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// maxChain limits the chain. Public chains have up to four certificates; nginx and
// OpenSSL verify a hundred.
const maxChain = 20

// ParseChain parses the certificates of a PEM text in order. Text between the blocks is
// ignored. A private key in the text is an error: certificates are readable by
// everybody.
func ParseChain(text string) (chain []*x509.Certificate, err error) {
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch {
		case len(chain) == maxChain:
			return chain, fmt.Errorf("it holds more than %d certificates: is it a bundle of roots?", maxChain)
		case strings.Contains(block.Type, "PRIVATE KEY"):
			return nil, errors.New("it holds a private key as well, and everybody may read a certificate: put the key into a " +
				"file of its own")
		case block.Type != "CERTIFICATE":
			return nil, fmt.Errorf("it holds a block %q: want CERTIFICATE only", block.Type)
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return chain, fmt.Errorf("its certificate %d cannot be read: %w", len(chain)+1, err)
		}
		chain = append(chain, c)
	}
	switch {
	case len(chain) > 0 && strings.Count(text, "-----BEGIN ") > len(chain):
		return chain, fmt.Errorf("it breaks off after %d certificates: a block has no end or is damaged", len(chain))
	case len(chain) > 0:
		return chain, nil
	case strings.HasPrefix(text, "0\x82"):
		return nil, errors.New("it is DER: convert it with `openssl x509 -inform der -in FILE` (or `openssl pkcs12` for a " +
			".p12)")
	}
	return nil, errors.New("it holds no certificate in PEM (-----BEGIN CERTIFICATE-----)")
}

// publicKey is the methods of all public keys of the standard library.
type publicKey interface {
	Equal(x crypto.PublicKey) bool
}

// ParseKey parses a private key and returns its public half. Errors never quote the
// text.
func ParseKey(text string) (publicKey, error) {
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch block.Type {
		case "EC PARAMETERS":
			continue
		case "ENCRYPTED PRIVATE KEY":
			return nil, errEncrypted
		case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY":
			if strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
				return nil, errEncrypted
			}
			return public(block.Bytes)
		case "CERTIFICATE":
			return nil, errors.New("it holds a certificate where the key should be: are the two exchanged?")
		}
		return nil, fmt.Errorf("it holds a block %q: want PRIVATE KEY", block.Type)
	}
	return nil, errors.New("it holds no private key in PEM (-----BEGIN PRIVATE KEY-----)")
}

var errEncrypted = errors.New("it is encrypted, and no one is there to type its passphrase when the server starts: " +
	"decrypt it with `openssl pkey -in FILE`, and keep that in a file that only you can read")

func public(der []byte) (publicKey, error) {
	for _, parse := range []func([]byte) (any, error){
		x509.ParsePKCS8PrivateKey,
		func(b []byte) (any, error) { return x509.ParsePKCS1PrivateKey(b) },
		func(b []byte) (any, error) { return x509.ParseECPrivateKey(b) },
	} {
		key, err := parse(der)
		if err != nil {
			continue
		}
		if s, ok := key.(crypto.Signer); ok {
			if p, ok := s.Public().(publicKey); ok {
				return p, nil
			}
		}
		return nil, errors.New("its key cannot sign: a TLS server wants RSA or ECDSA")
	}
	return nil, errors.New("its key cannot be read: it is damaged, or of a kind that TLS servers do not use")
}
