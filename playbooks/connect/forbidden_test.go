package connect

import "testing"

func TestForbids(t *testing.T) {
	for settings, want := range map[string]string{
		"allowtcpforwarding yes\npermitopen any\n": "",
		"allowtcpforwarding no\npermitopen any\n": "its sshd_config says AllowTcpForwarding no; " +
			"it has to be local or yes",
		"allowtcpforwarding local\ndisableforwarding yes\n": "its sshd_config says DisableForwarding yes",
		"permitopen none\n": "its sshd_config says PermitOpen none; it has " +
			"to include 127.0.0.1:5432",
		"permitopen 127.0.0.1:22 10.0.0.1:5432\n": "its sshd_config says PermitOpen 127.0.0.1:22 " +
			"10.0.0.1:5432; it has to include 127.0.0.1:5432",
		"allowtcpforwarding yes\npermitopen 10.0.0.1:1 127.0.0.1:5432\n":   "",
		"allowtcpforwarding yes\npermitopen *:5432\nstreamlocal nothing\n": "",
	} {
		if got := forbids(settings, "127.0.0.1:5432"); got != want {
			t.Errorf("%q: %q, want %q", settings, got, want)
		}
	}
}
