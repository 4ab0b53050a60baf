package nginx

import (
	"testing"

	"odooctl/inventory"
)

// TestOut: what is out of service is named, with who did it and what brings it back.
func TestOut(t *testing.T) {
	t.Parallel()
	inv, err := inventory.Parse("inventory.yaml", []byte(`
hosts: {app1: {address: 192.0.2.11}, app2: {address: 192.0.2.12}, app3: {address: 192.0.2.13}, app4: {address: 192.0.2.14},
  web1: {address: 192.0.2.10}}
deployments:
  shop: {odoo: {hosts: [app1, app2, app3, app4]}, nginx: {hosts: [web1], server_name: shop.example.com}}
`), inventory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, o := range outOf(`upstream odoo_shop_http {
    server 192.0.2.11:8069 down;
    server 192.0.2.12:8069 drain;
    server 192.0.2.13:8069 down;
    server 192.0.2.14:18069; # spare of 192.0.2.14:8069
}
upstream odoo_shop_chat {
    server 192.0.2.11:8072 down;
}
# Maintenance: odooctl maintenance --off takes this away
# Maintenance ends
# Out of service: 192.0.2.11, since 2026-11-30T14:02:05Z, by anna@desk, for run 20261130T140200-7f3a
# Out of service: 192.0.2.12, since 2026-11-30T14:03:05Z, by bob@desk
# Out of service: the page, since 2026-11-30T14:04:05Z, by bob@desk
`, inv.Deployments[0]) {
		got += o.String() + "\n  " + o.Next() + "\n"
	}
	const want = `app1 of shop gets no requests, since 2026-11-30 14:02 UTC, by anna@desk, for run 20261130T140200-7f3a: if ` +
		`that has ended, odooctl resume 20261130T140200-7f3a or the next apply sends it requests again
  odooctl resume 20261130T140200-7f3a
app2 of shop gets no requests, since 2026-11-30 14:03 UTC, by bob@desk: odooctl undrain sends it requests again
  odooctl undrain
app3 of shop gets no requests: it was taken out, and odooctl undrain sends it requests again
  odooctl undrain
app4 of shop has its spare answer requests: it was taken out, and odooctl undrain sends it requests again
  odooctl undrain
shop shows its maintenance page, since 2026-11-30 14:04 UTC, by bob@desk: odooctl maintenance --off removes it
  odooctl maintenance --off
`
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
