package playbooks

import (
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

func TestSpan(t *testing.T) {
	tasktest.Run(t, "testdata/span_*.txtar", func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
		s, err := ParseSpan(inv, "app1:15432=db1:5432")
		if err != nil {
			return nil, err
		}
		return OpenSpan(s, time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC)).Stages(inv, limit, "")
	})
}

func TestForbids(t *testing.T) {
	for settings, want := range map[string]string{
		"allowtcpforwarding yes\npermitopen any\n":                         "",
		"allowtcpforwarding no\npermitopen any\n":                          "its sshd_config says AllowTcpForwarding no; this takes local or yes",
		"allowtcpforwarding local\ndisableforwarding yes\n":                "its sshd_config says DisableForwarding yes",
		"permitopen none\n":                                                "its sshd_config says PermitOpen none; this takes 127.0.0.1:5432",
		"permitopen 127.0.0.1:22 10.0.0.1:5432\n":                          "its sshd_config says PermitOpen 127.0.0.1:22 10.0.0.1:5432; this takes 127.0.0.1:5432",
		"allowtcpforwarding yes\npermitopen 10.0.0.1:1 127.0.0.1:5432\n":   "",
		"allowtcpforwarding yes\npermitopen *:5432\nstreamlocal nothing\n": "",
	} {
		if got := forbids(settings, "127.0.0.1:5432"); got != want {
			t.Errorf("%q: %q, want %q", settings, got, want)
		}
	}
}
