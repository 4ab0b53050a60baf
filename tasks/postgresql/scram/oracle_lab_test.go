//go:build lab

package scram

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"odooctl/tasks/tasktest/postgres"
)

// TestOracle lets the lab's servers make verifiers, and checks that the passwords match
// them.
func TestOracle(t *testing.T) {
	passwords := samples()
	postgres.Each(t, os.Getenv("ODOOCTL_LAB_STATE"), func(t *testing.T, s *postgres.Server) {
		var sql strings.Builder
		sql.WriteString("set client_encoding = UTF8; set password_encryption = 'scram-sha-256';\n")
		for i, p := range passwords {
			fmt.Fprintf(&sql, "create role r%05d password '%s';\n", i, strings.ReplaceAll(p, "'", "''"))
		}
		s.Query(sql.String())
		verifiers := strings.Fields(s.Query("select string_agg(rolpassword, ' ' order by rolname) from pg_authid where " +
			"rolname ~ '^r[0-9]'"))
		if len(verifiers) != len(passwords) {
			t.Fatalf("%d verifiers for %d passwords", len(verifiers), len(passwords))
		}
		for i, v := range verifiers {
			if !Matches(v, passwords[i]) {
				t.Errorf("%+q does not match %s", passwords[i], v)
			}
		}
	})
}

// samples mix characters that SASLprep treats differently.
func samples() []string {
	alphabet := []rune("aZ9'\" \u00a0\u00ad\u00aa\u00e9\u0301\u0221\u0627\u0628\u0660\u1680\u200b\u200c\u2028\u202e\u2060\u2126\u2168\u2460\u3000\u3131\uac00\ue000\ufb01\ufb1d\ufdfa\ufeff\ufffd\uff21\U0001d400\U0001f600\U0002f868\U000e0001\x01\x7f\u0340\u06dd\u1e9b\ufb2a")
	random := rand.New(rand.NewPCG(1, 2))
	var out []string
	for _, a := range alphabet {
		out = append(out, string(a), "\u2168"+string(a), "\u0627"+string(a)+"\u0628")
	}
	for range 400 {
		var p strings.Builder
		for range 1 + random.IntN(5) {
			p.WriteRune(alphabet[random.IntN(len(alphabet))])
		}
		out = append(out, p.String())
	}
	return out
}
