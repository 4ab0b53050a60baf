package postgresql

import "testing"

func TestListen(t *testing.T) {
	for text, want := range map[string]struct {
		local     string
		reachable bool
		addresses int
	}{
		"":                       {"127.0.0.1", false, 0},
		"localhost":              {"127.0.0.1", false, 0},
		"127.0.0.1, ::1":         {"127.0.0.1", false, 2},
		"*":                      {"127.0.0.1", true, 0},
		"0.0.0.0":                {"127.0.0.1", true, 1},
		"192.168.1.2":            {"192.168.1.2", true, 1},
		"192.168.1.2, localhost": {"127.0.0.1", true, 1},
		"db1.example.com, 10.1":  {"db1.example.com", true, 0},
		"::":                     {"::1", true, 1},
		"::1,192.168.1.2":        {"::1", true, 2},
		"192.168.1.2,::1":        {"::1", true, 2},
	} {
		l := ParseListen(text)
		if l.Local() != want.local || l.Reachable() != want.reachable || len(l.Addresses()) != want.addresses {
			t.Errorf("%q: %s, %v, %v; want %v", text, l.Local(), l.Reachable(), l.Addresses(), want)
		}
	}
}
