//go:build lab

package probe

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"odooctl/tasks/tasktest/postgres"
)

// TestOracle tests every kind of answer of the lab's servers, with the program that
// hosts run.
func TestOracle(t *testing.T) {
	postgres.Each(t, os.Getenv("ODOOCTL_LAB_STATE"), func(t *testing.T, s *postgres.Server) {
		s.Query("set password_encryption = 'scram-sha-256'; create role odoo login password 'secret'")
		s.Query("set password_encryption = 'md5'; create role old login password 'secret'")
		verifier := s.Query("select rolpassword from pg_authid where rolname = 'odoo'")
		other := strings.Replace(verifier, saltOf(verifier), "AAAAAAAAAAAAAAAAAAAAAA==", 1)
		for _, test := range []struct {
			name, hba string
			door      Door
			kind      Kind
			says      string
		}{
			{"scram", "hostssl all all all scram-sha-256", Door{TLS: true, Verifier: verifier}, Allowed, ""},
			{"scram without TLS", "hostnossl all all all scram-sha-256", Door{Verifier: verifier}, Allowed, ""},
			{"another server's password", "host all all all scram-sha-256", Door{Verifier: other}, Stranger,
				"system identifier"},
			{"a role that does not exist", "host all all all scram-sha-256", Door{User: "nobody", Verifier: verifier},
				Stranger, ""},
			{"md5", "host all all all md5", Door{User: "old"}, Allowed, ""},
			{"md5 where scram is stored", "host all all all md5", Door{User: "old", Verifier: verifier}, Stranger,
				"wants md5"},
			{"trust", "host all all all trust", Door{Verifier: verifier}, Open, "trust"},
			{"no entry", "host all all 192.0.2.1/32 scram-sha-256", Door{}, Rejected,
				`no pg_hba.conf entry for host "127.0.0.1", user "odoo"`},
			{"reject", "host all all all reject", Door{}, Rejected, "pg_hba.conf rejects connection"},
			{"one database only", "host prod all all scram-sha-256", Door{Databases: []string{"prod", "postgres"}},
				Rejected, "for postgres: rejected"},
			{"TLS is wanted there", "hostnossl all all all scram-sha-256", Door{TLS: true}, Rejected,
				"no pg_hba.conf entry"},
		} {
			if err := os.WriteFile(s.HBA, []byte("local all all trust\n"+test.hba+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			loaded := s.Query("select pg_conf_load_time()")
			s.Query("select pg_reload_conf()")
			for end := time.Now().Add(10 * time.Second); s.Query("select pg_conf_load_time()") == loaded &&
				time.Now().Before(end); {
				time.Sleep(10 * time.Millisecond)
			}
			d := test.door
			d.From, d.Address, d.Port = "app1", "127.0.0.1", s.Port
			if d.User == "" {
				d.User = "odoo"
			}
			if d.Databases == nil {
				d.Databases = []string{"postgres"}
			}
			s.Logged()
			check(t, test.name, d, test.kind, test.says)
			if log := s.Logged(); strings.Contains(log, "could not") || strings.Contains(log, "EOF") {
				t.Errorf("%s: the server complains of the probe: %s", test.name, log)
			}
		}
		check(t, "closed port", Door{From: "app1", Address: "127.0.0.1", Port: 1, User: "odoo",
			Databases: []string{"postgres"}}, Unreachable, "listen_addresses")
		check(t, "socket", Door{From: "app1", Address: s.Dir, Port: s.Port, User: "odoo",
			Databases: []string{"postgres"}}, Open, "trust")
	})
}

func check(t *testing.T, name string, d Door, want Kind, says string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", d.Shell()).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	kind := Allowed
	var e *Error
	if err := d.Judge(string(out)); errors.As(err, &e) {
		kind = e.Kind
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v does not say %q", name, err, says)
		}
	}
	if kind != want {
		t.Errorf("%s: %s, want %s; it printed:\n%s", name, kind, want, out)
	}
}
