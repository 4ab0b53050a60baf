package playbooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"golang.org/x/crypto/argon2"
)

// seal makes the digests of one plan file. What is digested holds secrets: a
// packed plan has odoo.conf with its db_password, an inventory may have passwords
// in plain text, and whoever finds the file may know all the rest. A plain digest
// would then be a place to try one guess of a weak password after the other,
// billions a second. A key in the file does not help, for it is found with it; a
// key elsewhere would tie the plan to the machine that made it.
//
// So a digest that decides is slow: Argon2id with the parameters that are good
// enough to store passwords (OWASP Password Storage Cheat Sheet: 19 MiB, two
// passes, one lane), under a salt of the file's own and the name of what it is
// for, so that nothing is computed beforehand or for two hosts at once. It takes
// some 30 ms for each host that has changes, and nothing for one that has none.
//
// The tags of single changes only tell a person what moved, and decide nothing.
// They cover text with secrets as ***, and they are two bytes long: even where a
// task forgot to hide something, a tag does not single out one guess.
type seal struct{ salt []byte }

// digest returns the slow digest of what a SHA-256 in hex stands for.
func (s seal) digest(of, sum string) string {
	salt := append(append([]byte{}, s.salt...), of...)
	return hex.EncodeToString(argon2.IDKey([]byte(sum), salt, 2, 19<<10, 1, sha256.Size))
}

// tag returns four hexadecimal digits.
func (s seal) tag(masked string) string {
	mac := hmac.New(sha256.New, s.salt)
	mac.Write([]byte(masked))
	return hex.EncodeToString(mac.Sum(nil)[:2])
}
