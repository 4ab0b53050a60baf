package site

import (
	"errors"
	"maps"
	"strings"
	"testing"
)

// three is a site with three hosts, in nginx's syntax of that version.
func three(t *testing.T, nginx Version) string {
	t.Helper()
	s := full("mycompany", nginx, 16)
	s.HTTP = []string{"192.168.1.11:8069", "192.168.1.1:8069", "[fd00::12]:8069"}
	s.Chat = []string{"192.168.1.11:8072", "192.168.1.1:8072", "[fd00::12]:8072"}
	s.States = nil
	text, err := Render(s)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSetState(t *testing.T) {
	tests := []struct {
		nginx Version
		to    State
		want  State
	}{
		{Version{1, 18, 0}, Down, Down},
		{Version{1, 18, 0}, Drain, Down},
		{Version{1, 30, 0}, Down, Down},
		{Version{1, 30, 0}, Drain, Drain},
		{Version{1, 18, 0}, Spare, Spare},
		{Version{1, 30, 0}, Spare, Spare},
	}
	for _, test := range tests {
		up := three(t, test.nginx)
		for _, host := range []string{"192.168.1.1", "fd00::12"} {
			text, err := SetState(up, host, test.to, test.nginx)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]State{"192.168.1.1:8069": test.want, "192.168.1.1:8072": test.want}
			if host == "fd00::12" {
				want = map[string]State{"[fd00::12]:8069": test.want, "[fd00::12]:8072": test.want}
			}
			if got := States(text); !maps.Equal(got, want) {
				t.Errorf("nginx %v, %s of %s: %v, want %v", test.nginx, test.to, host, got, want)
			}
			if again, err := SetState(text, host, test.to, test.nginx); err != nil || again != text {
				t.Errorf("nginx %v: twice is not once: %v", test.nginx, err)
			}
			if back, err := SetState(text, host, Up, test.nginx); err != nil || back != up {
				t.Errorf("nginx %v: %v, and not what it was:\n%s", test.nginx, err, back)
			}
			if was, is := strings.Count(up, "\n"), strings.Count(text, "\n"); was != is {
				t.Errorf("%d lines became %d", was, is)
			}
		}
	}
}

func TestSetStateRefuses(t *testing.T) {
	text := three(t, Version{1, 22, 1})
	var none *NoBackendError
	if _, err := SetState(text, "192.168.1.13", Down, Version{1, 22, 1}); !errors.As(err, &none) ||
		len(none.Backends) != 6 {
		t.Errorf("%v, want that it is no backend", err)
	}
	var err error
	for _, host := range []string{"192.168.1.11", "fd00::12"} {
		if text, err = SetState(text, host, Down, Version{1, 22, 1}); err != nil {
			t.Fatal(err)
		}
	}
	var last *LastBackendError
	if _, err := SetState(text, "192.168.1.1", Down, Version{1, 22, 1}); !errors.As(err, &last) {
		t.Errorf("%v, want that it is the last one", err)
	}
	if _, err := SetState(text, "fd00::12", Down, Version{1, 22, 1}); err != nil {
		t.Errorf("one that is down already: %v", err)
	}
	if _, err := SetState(text, "fd00::12", Up, Version{1, 22, 1}); err != nil {
		t.Errorf("back up: %v", err)
	}
}

// FuzzSetState treats any file as one of ours: nothing but backends may change.
func FuzzSetState(f *testing.F) {
	f.Add("upstream odoo_a_http {\n    server 192.168.1.11:8069;\n    server 192.168.1.12:8069 down;\n}\n",
		"192.168.1.11")
	f.Add("    server [::1]:1 route=ab drain;\n}\n", "::1")
	f.Fuzz(func(t *testing.T, text, host string) {
		up, err := SetState(text, host, Up, Version{1, 30, 0})
		if err != nil {
			return
		}
		for b := range States(up) {
			if strings.TrimPrefix(b, "[") == host {
				t.Fatalf("%s is not up in %q", b, up)
			}
		}
		if len(up) > len(text) {
			t.Fatalf("%q grew to %q", text, up)
		}
	})
}

// TestSpare: nginx passes requests to the spare's ports alone, and whoever asks for the
// backends of a host finds these. A site with one host keeps one server in its group.
func TestSpare(t *testing.T) {
	s := full("mycompany", Version{1, 22, 1}, 16)
	s.HTTP, s.Chat, s.States = []string{"[fd00::12]:8069"}, []string{"[fd00::12]:8072"}, nil
	up, err := Render(s)
	if err != nil {
		t.Fatal(err)
	}
	text, err := SetState(up, "fd00::12", Spare, s.Nginx)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(At(text, "fd00::12"), " "), "[fd00::12]:18069 [fd00::12]:18072"; got != want {
		t.Errorf("requests go to %s, want %s", got, want)
	}
	if !strings.Contains(text, "    server [fd00::12]:18069; # spare of [fd00::12]:8069\n}") {
		t.Errorf("no server in the backend's place:\n%s", text)
	}
	if Serving(text) != up {
		t.Errorf("served by the backend again, it is\n%s", Serving(text))
	}
	s.States = States(text)
	if again, err := Render(s); err != nil || again != text {
		t.Errorf("rendered again: %v\n%s", err, again)
	}
}
