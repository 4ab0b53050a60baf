package odoo

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/conf"
	"odooctl/tasks/odoo/version"
)

// adminPasswd returns the value of admin_passwd: a hash from Odoo 11 on, the first that
// verifies one (tools/config.py, crypt_context), and the password itself before. A
// matching hash in the old file is kept, unless it is weaker than those that Odoo 17
// and later make. The secret may be a hash itself. unique is the source of a new salt.
func adminPasswd(h *tasks.Host, secret inventory.Secret, unique string, major int, old string) (string, error) {
	password, err := secret.Reveal()
	if err != nil {
		return "", err
	}
	if len(password) < 8 || password == "admin" {
		return "", fmt.Errorf("%s: admin_passwd is too weak: it guards creating, dropping and copying every database; take "+
			"at least 8 characters", secret.Pos)
	}
	v := version.Of(major)
	if v.Hashes == 0 {
		return password, nil
	}
	if strings.HasPrefix(password, hashed) {
		return password, checkHash(h, secret, password)
	}
	if f, err := conf.Parse(old); err == nil {
		if kept, ok := f.Get("admin_passwd"); ok && parseHash(kept).rounds >= v.LeastHashes {
			if fits, err := verifies(h, kept, password); fits || err != nil {
				return kept, err
			}
		}
	}
	return hash(h, password, salt(unique), v.Hashes)
}

// checkHash refuses a hash that Odoo could not verify, and that of its default
// password.
func checkHash(h *tasks.Host, secret inventory.Secret, hash string) error {
	if parseHash(hash).rounds == 0 {
		return fmt.Errorf("%s: admin_passwd begins as a hash of passlib's pbkdf2_sha512, and is none: it wants rounds, "+
			"salt and key", secret.Pos)
	}
	weak, err := verifies(h, hash, "admin")
	if weak {
		return fmt.Errorf("%s: admin_passwd is the hash of admin, which everybody tries first", secret.Pos)
	}
	return err
}

// salt is derived and not random, so that planning twice gives the same plan. It does
// not depend on the password: otherwise a stolen odoo.conf would allow guesses at the
// cost of one plain hash each.
func salt(unique string) []byte {
	sum := sha256.Sum256([]byte("odooctl admin_passwd salt\x00" + unique))
	return sum[:16]
}

// ab64 is passlib's base64: . for +, no padding.
var ab64 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding)

// hash returns a password's hash in passlib's pbkdf2_sha512 form.
func hash(h *tasks.Host, password string, salt []byte, rounds int) (string, error) {
	dk, err := derive(h, password, string(salt), rounds)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$pbkdf2-sha512$%d$%s$%s", rounds, ab64.EncodeToString(salt), ab64.EncodeToString(dk)), nil
}

// hashed is the prefix of passlib's pbkdf2_sha512.
const hashed = "$pbkdf2-sha512$"

// passlibHash is a parsed hash; the zero value is none.
type passlibHash struct {
	rounds    int
	salt, key []byte
}

func parseHash(text string) passlibHash {
	f := strings.Split(strings.TrimPrefix(text, hashed), "$")
	if !strings.HasPrefix(text, hashed) || len(f) != 3 {
		return passlibHash{}
	}
	rounds, err := strconv.Atoi(f[0])
	salt, noSalt := ab64.DecodeString(f[1])
	key, noKey := ab64.DecodeString(f[2])
	if err != nil || noSalt != nil || noKey != nil || len(key) != sha512.Size || rounds < 1 || rounds > 10_000_000 {
		return passlibHash{}
	}
	return passlibHash{rounds, salt, key}
}

// verifies reports whether the hash is one of the password.
func verifies(h *tasks.Host, hash, password string) (bool, error) {
	p := parseHash(hash)
	if p.rounds == 0 {
		return false, nil
	}
	got, err := derive(h, password, string(p.salt), p.rounds)
	return err == nil && hmac.Equal(got, p.key), err
}

// derivation is the input of a key derivation.
type derivation struct {
	password, salt string
	rounds         int
}

// derive returns the key of a password. It takes 0.6 s at 600000 rounds, on purpose;
// those of all deployments run in parallel.
func derive(h *tasks.Host, password, salt string, rounds int) ([]byte, error) {
	v, err := h.Compute(derivation{password, salt, rounds}, func() any {
		dk, err := pbkdf2.Key(sha512.New, password, []byte(salt), rounds, sha512.Size)
		if err != nil {
			return fmt.Errorf("hash admin_passwd: %w", err)
		}
		return dk
	})
	if err != nil {
		return nil, err
	}
	if fault, ok := v.(error); ok {
		return nil, fault
	}
	return v.([]byte), nil
}
