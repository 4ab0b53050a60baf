// Package scram makes and checks the SCRAM-SHA-256 verifiers that PostgreSQL stores in
// pg_authid.rolpassword, so that a password itself is never sent:
//
//	v, err := scram.Verifier(password, salt, scram.Iterations)
//	// ALTER ROLE odoo PASSWORD 'v' stores v as it is (PostgreSQL 10 and later)
//
// [Matches] tells whether a stored verifier fits a password, whatever its salt and
// iterations. Servers before 10 store an [MD5] hash.
//
// Sources: RFC 5802, RFC 7677, RFC 4013; PostgreSQL documentation, "pg_authid" and
// "SCRAM-SHA-256 Authentication".
package scram

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const (
	// Iterations is PostgreSQL's default of scram_iterations.
	Iterations = 4096
	// SaltSize is the number of bytes of PostgreSQL's salts.
	SaltSize = 16

	// maxIterations limits the work that a verifier from a server can cause.
	maxIterations = 1_000_000

	prefix = "SCRAM-SHA-256$"
)

// Verifier returns the verifier of a password. The salt is 16 random bytes; iterations
// is at least 4096 by RFC 7677, and less is accepted for servers whose scram_iterations
// is lower. An empty password is an error: PostgreSQL stores none.
func Verifier(password string, salt []byte, iterations int) (string, error) {
	switch {
	case password == "":
		return "", errors.New("make SCRAM verifier: the password is empty, which PostgreSQL takes for no password")
	case strings.Contains(password, "\x00"):
		return "", errors.New("make SCRAM verifier: the password has a NUL byte, which no client can send")
	case len(salt) == 0:
		return "", errors.New("make SCRAM verifier: the salt is empty")
	case iterations < 1 || iterations > maxIterations:
		return "", fmt.Errorf("make SCRAM verifier: %d iterations, want 1 to %d", iterations, maxIterations)
	}
	keys, err := derive(password, salt, iterations)
	if err != nil {
		return "", fmt.Errorf("make SCRAM verifier: %w", err)
	}
	encode := base64.StdEncoding.EncodeToString
	return prefix + strconv.Itoa(iterations) + ":" + encode(salt) + "$" + encode(keys.stored) + ":" +
		encode(keys.server), nil
}

// Matches reports whether the verifier was made from the password. It takes the salt
// and the iterations from the verifier and compares both keys in constant time.
// Anything but a SCRAM-SHA-256 verifier, MD5 hashes too, matches nothing.
func Matches(verifier, password string) bool {
	v, ok := parse(verifier)
	if !ok || password == "" {
		return false
	}
	keys, err := derive(password, v.salt, v.iterations)
	if err != nil {
		return false
	}
	return subtle.ConstantTimeCompare(keys.stored, v.stored)&subtle.ConstantTimeCompare(keys.server, v.server) == 1
}

// MD5 returns the MD5 hash of a user's password, the only form that PostgreSQL before
// 10 stores.
func MD5(user, password string) string {
	sum := md5.Sum([]byte(password + user))
	return "md5" + hex.EncodeToString(sum[:])
}

type verifier struct {
	iterations int
	salt       []byte
	keys
}

func parse(text string) (verifier, bool) {
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return verifier{}, false
	}
	head, tail, _ := strings.Cut(rest, "$")
	count, salt, _ := strings.Cut(head, ":")
	stored, server, _ := strings.Cut(tail, ":")

	var v verifier
	var errs [4]error
	v.iterations, errs[0] = strconv.Atoi(count)
	v.salt, errs[1] = base64.StdEncoding.DecodeString(salt)
	v.stored, errs[2] = base64.StdEncoding.DecodeString(stored)
	v.server, errs[3] = base64.StdEncoding.DecodeString(server)
	ok = errors.Join(errs[:]...) == nil && v.iterations > 0 && v.iterations <= maxIterations &&
		len(v.salt) > 0 && len(v.stored) == sha256.Size && len(v.server) == sha256.Size
	return v, ok
}

type keys struct{ stored, server []byte }

// derive computes StoredKey and ServerKey (RFC 5802, section 3).
func derive(password string, salt []byte, iterations int) (keys, error) {
	salted, err := pbkdf2.Key(sha256.New, prepare(password), salt, iterations, sha256.Size)
	if err != nil {
		return keys{}, err
	}
	mac := func(text string) []byte {
		h := hmac.New(sha256.New, salted)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	stored := sha256.Sum256(mac("Client Key"))
	return keys{stored[:], mac("Server Key")}, nil
}
