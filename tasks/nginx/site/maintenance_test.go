package site

import (
	"strings"
	"testing"
)

func TestSetMaintenance(t *testing.T) {
	for name, s := range golden() {
		was, err := Render(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, allow := range [][]string{nil, {"192.168.1.7/32", "10.0.0.0/8"}} {
			m := &Maintenance{Page: "/var/www/odooctl-maintenance/mycompany.html", Allow: allow}
			text, err := SetMaintenance(was, m)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !InMaintenance(text) || InMaintenance(was) {
				t.Errorf("%s: it does not tell which of the two has a page", name)
			}
			if n := strings.Count(text, "return 503;"); n != 1 {
				t.Errorf("%s: %d servers answer 503", name, n)
			}
			if len(States(text)) != len(States(was)) {
				t.Errorf("%s: other backends are out of service", name)
			}
			if again, err := SetMaintenance(text, m); err != nil || again != text {
				t.Errorf("%s: twice is not once: %v\n%s", name, err, again)
			}
			if back, err := SetMaintenance(text, nil); err != nil || back != was {
				t.Errorf("%s: %v, and not what it was:\n%s", name, err, back)
			}
		}
	}
}

func TestMaintenanceAllows(t *testing.T) {
	was, err := Render(least("my-company", Version{1, 22, 1}, 14))
	if err != nil {
		t.Fatal(err)
	}
	text, err := SetMaintenance(was, &Maintenance{Page: "/srv/page.html",
		Allow: []string{"192.168.1.7/32", "10.0.0.0/8"}})
	if err != nil {
		t.Fatal(err)
	}
	id := page{least("my-company", Version{1, 22, 1}, 14)}.ID()
	for _, want := range []string{"set $odoo_" + id + "_closed $odoo_" + id + "_visitor;",
		"geo $odoo_" + id + "_visitor {\n    default 1;\n    10.0.0.0/8 0;\n    192.168.1.7/32 0;\n}\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
}

func TestMaintenanceRefuses(t *testing.T) {
	was, err := Render(least("mycompany", Version{1, 22, 1}, 14))
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*Maintenance{
		"page":  {Page: "/srv/a b.html"},
		"range": {Page: "/srv/page.html", Allow: []string{"all;"}},
	} {
		if _, err := SetMaintenance(was, m); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
	if _, err := SetMaintenance("server {\n}\n", &Maintenance{Page: "/srv/page.html"}); err == nil ||
		!strings.Contains(err.Error(), "no server of Odoo") {
		t.Errorf("a file of somebody else: %v", err)
	}
}
