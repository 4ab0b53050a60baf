package inventory

import (
	"fmt"
	"strings"
	"testing"
)

func TestIslands(t *testing.T) {
	inv, err := Parse("inventory.yaml", []byte(`
hosts: {a1: {}, lone: {}, db: {}, a2: {}, web: {}, b1: {}, solo: {}, c1: {}}
deployments:
  a: {odoo: {hosts: [a1, a2]}, postgresql: {host: db, role: {password: {env: PW}}}}
  b: {odoo: {hosts: [b1]}, postgresql: {host: b1}, nginx: {hosts: [web], server_name: b.example.com, tls: {self_signed: true}}}
  c: {odoo: {hosts: [c1]}, postgresql: {host: c1}}
  d: {odoo: {hosts: [b1], http_port: 8169, chat_port: 8172}, postgresql: {host: db, role: {password: {env: PW}}}}
  e: {odoo: {hosts: [solo]}, postgresql: {host: solo}}
`), Options{Env: func(string) string { return "password" }})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, island := range inv.Islands() {
		var names []string
		for _, h := range island {
			names = append(names, h.Name)
		}
		got = append(got, strings.Join(names, " "))
	}
	if want := "[a1 db a2 web b1] [lone] [solo] [c1]"; fmt.Sprintf("[%s]", strings.Join(got, "] [")) != want {
		t.Errorf("got %q, want %s", got, want)
	}
}
