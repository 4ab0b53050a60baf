package site_test

import (
	"fmt"
	"strings"

	"odooctl/tasks/nginx/site"
)

func ExampleSetState() {
	text, err := site.Render(site.Site{
		Name: "mycompany", ServerNames: []string{"odoo.mycompany.com"}, Odoo: 16,
		Nginx:       site.Version{Major: 1, Minor: 22, Patch: 1},
		HTTP:        []string{"192.168.1.11:8069", "192.168.1.12:8069"},
		Certificate: "/etc/ssl/odoo.pem", Key: "/etc/ssl/private/odoo.key",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err = site.SetState(text, "192.168.1.12", site.Down, site.Version{Major: 1, Minor: 22, Patch: 1})
	for line := range strings.Lines(text) {
		if strings.Contains(line, "server 192.") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	fmt.Println(site.States(text), err)
	_, err = site.SetState(text, "192.168.1.11", site.Down, site.Version{Major: 1, Minor: 22, Patch: 1})
	fmt.Println(err)
	// Output:
	// server 192.168.1.11:8069;
	// server 192.168.1.12:8069 down;
	// map[192.168.1.12:8069:down] <nil>
	// 192.168.1.11 is the last one that serves
}
