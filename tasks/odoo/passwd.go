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
)

// adminPasswd returns the value of admin_passwd: a hash from Odoo 11 on, which
// is as far back as Odoo verifies one (tools/config.py, crypt_context), and the
// password itself before. A hash in the old file that fits is kept. Unique is
// what a new salt is made from.
func adminPasswd(h *tasks.Host, secret inventory.Secret, unique string, major int, old string) (string, error) {
	password, err := secret.Reveal()
	if err != nil {
		return "", fmt.Errorf("%s: %w", secret.Pos, err)
	}
	if len(password) < 8 || password == "admin" {
		return "", fmt.Errorf("%s: admin_passwd is too weak: it guards creating, dropping and copying every database; take at least 8 characters", secret.Pos)
	}
	if major < 11 {
		return password, nil
	}
	if f, err := conf.Parse(old); err == nil {
		if kept, ok := f.Get("admin_passwd"); ok {
			if fits, err := verifies(h, kept, password); fits || err != nil {
				return kept, err
			}
		}
	}
	return hash(h, password, salt(unique), rounds(major))
}

// salt is derived and not drawn, so that planning twice gives the same plan. The
// password has no part in it: whoever steals odoo.conf could try passwords
// against the salt at the price of one hash each.
func salt(unique string) []byte {
	sum := sha256.Sum256([]byte("odooctl admin_passwd salt\x00" + unique))
	return sum[:16]
}

// rounds is what Odoo itself uses: passlib's default, and 600000 from 17 on.
func rounds(major int) int {
	if major >= 17 {
		return 600_000
	}
	return 25_000
}

// ab64 is passlib's base64: . for +, no padding.
var ab64 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding)

// hash returns passlib's pbkdf2_sha512 form of a password.
func hash(h *tasks.Host, password string, salt []byte, rounds int) (string, error) {
	dk, err := derive(h, password, string(salt), rounds)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$pbkdf2-sha512$%d$%s$%s", rounds, ab64.EncodeToString(salt), ab64.EncodeToString(dk)), nil
}

// verifies reports whether the hash is one of the password.
func verifies(h *tasks.Host, hash, password string) (bool, error) {
	f := strings.Split(hash, "$")
	if len(f) != 5 || f[0] != "" || f[1] != "pbkdf2-sha512" {
		return false, nil
	}
	rounds, err := strconv.Atoi(f[2])
	if err != nil || rounds < 1 || rounds > 10_000_000 {
		return false, nil
	}
	salt, err := ab64.DecodeString(f[3])
	if err != nil {
		return false, nil
	}
	want, err := ab64.DecodeString(f[4])
	if err != nil {
		return false, nil
	}
	got, err := derive(h, password, string(salt), rounds)
	return err == nil && hmac.Equal(got, want), err
}

// derivation is what a key is derived from.
type derivation struct {
	password, salt string
	rounds         int
}

// derive returns the key of a password. It takes 0.6 s at 600000 rounds, as it is
// meant to: those of all deployments are derived together.
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
