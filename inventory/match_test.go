package inventory

import (
	"strings"
	"testing"
)

const fleet = `
hosts: {web[1:3]: {}, app[1:4]: {}, db1: {}, db2: {}, spare: {}}
groups: {eu: {hosts: [web1, app[1:2], db1]}, us: {hosts: [web2, app[3:4], db2]}}
deployments:
  shop:
    odoo: {hosts: [app[1:2]]}
    postgresql: {host: db1}
    nginx: {hosts: [web1, web3], server_name: shop.example.com}
  club:
    odoo: {hosts: [app[3:4]]}
    postgresql: {host: db2}
    nginx: {hosts: [web2, web3], server_name: club.example.com}
`

func names(hosts []*Host) string {
	var list []string
	for _, h := range hosts {
		list = append(list, h.Name)
	}
	return strings.Join(list, " ")
}

func mustParse(t testing.TB, text string, opts Options) *Inventory {
	t.Helper()
	inv, err := Parse("inventory.yaml", []byte(text), opts)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func TestMatch(t *testing.T) {
	inv := mustParse(t, fleet, Options{})
	for _, tt := range []struct{ pattern, want, err string }{
		{"all", "web1 web2 web3 app1 app2 app3 app4 db1 db2 spare", ""},
		{"odoo", "app1 app2 app3 app4", ""},
		{"postgresql", "db1 db2", ""},
		{"nginx", "web1 web2 web3", ""},
		{"shop", "web1 web3 app1 app2 db1", ""},
		{"eu", "web1 app1 app2 db1", ""},
		{"db2,web1", "web1 db2", ""},
		{"db2 : web1", "web1 db2", ""},
		{"odoo:!app2", "app1 app3 app4", ""},
		{"!app2:odoo", "app1 app3 app4", ""},
		{"odoo:&eu", "app1 app2", ""},
		{"odoo:nginx:&eu:!app1", "web1 app2", ""},
		{"odoo:&eu:&us", "", ""},
		{"!odoo:!nginx", "db1 db2 spare", ""},
		{"&eu:&odoo", "app1 app2", ""},
		{"web[1:2]", "web1 web2", ""},
		{"web[2:3]:app[1:2]:!web3", "web2 app1 app2", ""},
		{"web*", "web1 web2 web3", ""},
		{"*1", "web1 app1 db1", ""},
		{"db?:!db1", "db2", ""},
		{"ap1", "", "no host, group, deployment or role ap1 (did you mean app1?)"},
		{"odo", "", "(did you mean odoo?)"},
		{"web[1:9]", "", "role web4 (did you mean web1?)"},
		{"xyz*", "", "no host's name matches xyz*"},
		{"web[1:2]*", "", "takes no range"},
		{"", "", "is not a name"},
		{":", "", "is not a name"},
		{"odoo:!", "", "is not a name"},
		{"!!app1", "", "is not a name"},
		{"web[1:", "", "has a [ without a ]"},
	} {
		hosts, err := inv.Match(tt.pattern)
		switch {
		case tt.err == "" && err != nil:
			t.Errorf("Match(%q): %v", tt.pattern, err)
		case tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
			t.Errorf("Match(%q) gave error %v, want ...%s...", tt.pattern, err, tt.err)
		case names(hosts) != tt.want:
			t.Errorf("Match(%q) = %s, want %s", tt.pattern, names(hosts), tt.want)
		}
	}
}

func TestRelations(t *testing.T) {
	inv := mustParse(t, fleet, Options{})
	for name, want := range map[string]string{
		"app1": "web1 web3 app2 db1", "web3": "web1 web2 app1 app2 app3 app4 db1 db2", "spare": "",
	} {
		peers := map[*Host]bool{}
		for h := range inv.Host(name).Peers() {
			peers[h] = true
		}
		if got := names(inv.inOrder(peers)); got != want {
			t.Errorf("peers of %s: %s, want %s", name, got, want)
		}
	}
	web3 := inv.Host("web3")
	if len(web3.NginxOf()) != 2 || len(web3.OdooOf()) != 0 || len(inv.Host("db2").PostgreSQLOf()) != 1 {
		t.Error("roles of web3 or db2 are wrong")
	}
	if inv.Host("none") != nil || inv.Group("eu") == nil || inv.Deployment("club").Hosts()[0].Name != "app3" {
		t.Error("look-up by name is wrong")
	}
}

func TestWhere(t *testing.T) {
	inv := mustParse(t, "ssh: {user: deploy, port: 22}\nhosts:\n  a: {ssh: {port: 23}}\n  b: {}\ngroups:\n"+
		"  g: {hosts: [b], ssh: {port: 24}}\n", Options{})
	a, b := inv.Host("a"), inv.Host("b")
	for _, tt := range []struct {
		field any
		want  string
	}{
		{&a.SSH.User, "inventory.yaml:1:13"},
		{&a.SSH.Port, "inventory.yaml:3:19"},
		{&b.SSH.Port, "inventory.yaml:6:31"},
		{&b.SSH.Jump, ""},
	} {
		if got := inv.Where(tt.field).String(); got != tt.want {
			t.Errorf("Where = %s, want %s", got, tt.want)
		}
	}
}

func TestExpand(t *testing.T) {
	for _, tt := range []struct{ pattern, want string }{
		{"a", "a"},
		{"a[1:3]", "a1 a2 a3"},
		{"a[08:10]b", "a08b a09b a10b"},
		{"a[8:10]", "a8 a9 a10"},
		{"a[0:1]", "a0 a1"},
		{"[1:2][3:4]", "13 14 23 24"},
		{"a[00:00]", "a00"},
	} {
		got, err := expand(tt.pattern)
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("expand(%q) = %v, %v, want %s", tt.pattern, got, err, tt.want)
		}
	}
	for _, bad := range []string{"a[", "a]", "a[]", "a[1]", "a[1:]", "a[:1]", "a[2:1]", "a[01:2]", "a[-1:2]", "a[1:2:3]",
		"a[[1:2]]",
		"a[1:10001]", "a[1:101]b[1:100]", "a[1:99999999999999999999]", strings.Repeat("a", 300)} {
		if got, err := expand(bad); err == nil {
			t.Errorf("expand(%q) = %v, want an error", bad, got)
		}
	}
}
