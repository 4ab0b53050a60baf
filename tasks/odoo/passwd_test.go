package odoo

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
)

// computing returns a host whose computations are done by the function.
func computing(t *testing.T) (*tasks.Host, func()) {
	t.Helper()
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts: {app1: {address: 192.0.2.1}}"), inventory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := tasks.NewFleet(inv, time.Now())
	return f.Host("app1").Host, func() { f.Plan(nil) }
}

// vectors are hashes that passlib made.
func TestHashVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/admin_passwd.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Password string `json:"password"`
		Salt     string `json:"salt_hex"`
		Rounds   int    `json:"rounds"`
		Hash     string `json:"hash"`
	}
	if err := json.Unmarshal(raw, &vectors); err != nil || len(vectors) != 4 {
		t.Fatal(len(vectors), err)
	}
	h, compute := computing(t)
	for _, v := range vectors {
		salt, err := hex.DecodeString(v.Salt)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := hash(h, v.Password, salt, v.Rounds); !errors.Is(err, tasks.ErrUnread) {
			t.Errorf("%s: %v before it was computed", v.Hash, err)
		}
		if _, err := verifies(h, v.Hash, v.Password+"!"); !errors.Is(err, tasks.ErrUnread) {
			t.Errorf("%s: %v before it was computed", v.Hash, err)
		}
	}
	compute()
	for _, v := range vectors {
		salt, _ := hex.DecodeString(v.Salt)
		if got, err := hash(h, v.Password, salt, v.Rounds); err != nil || got != v.Hash {
			t.Errorf("%s, %v\nwant %s", got, err, v.Hash)
		}
		if ok, err := verifies(h, v.Hash, v.Password); !ok || err != nil {
			t.Errorf("%s does not verify: %v", v.Hash, err)
		}
		if ok, err := verifies(h, v.Hash, v.Password+"!"); ok || err != nil {
			t.Errorf("%s verifies another password: %v", v.Hash, err)
		}
	}
}

func TestNoHashes(t *testing.T) {
	h, _ := computing(t)
	for _, text := range []string{"", "admin", "$pbkdf2-sha512$x$a$b", "$pbkdf2-sha512$0$AAAA$AAAA",
		"$pbkdf2-sha512$99999999$AAAA$AAAA", "$pbkdf2-sha512$1$a+b=$AAAA", "$pbkdf2-sha512$1$AAAA$+",
		"$pbkdf2-sha256$1$AAAA$AAAA", strings.Repeat("$", 9)} {
		if ok, err := verifies(h, text, "admin"); ok || err != nil {
			t.Errorf("%q: %v, %v", text, ok, err)
		}
	}
}
