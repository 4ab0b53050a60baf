package inventory_test

import (
	"fmt"

	"odooctl/inventory"
)

func ExampleParse() {
	inv, err := inventory.Parse("inventory.yaml", []byte(`
hosts:
  app[1:2]: {address: "192.168.1.[11:12]"}
  db1: {address: 192.168.1.2}
deployments:
  mycompany:
    odoo: {hosts: [app1, app2], version: "16.0"}
    postgresql: {host: db1, role: {password: {env: DB_PASSWORD}}}
`), inventory.Options{Env: func(string) string { return "s3cret" }})
	if err != nil {
		fmt.Println(err)
		return
	}
	hosts, err := inv.Match("odoo:!app2")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, h := range hosts {
		fmt.Println(h.Name, h.Address)
	}
	fmt.Println(inv.Deployment("mycompany").PostgreSQL.Role.Password)
	// Output:
	// app1 192.168.1.11
	// ***
}

// Every finding of a file comes at once, with its place and, where one is near, the
// name that was meant.
func ExampleParse_findings() {
	_, err := inventory.Parse("inventory.yaml", []byte(`hosts:
  app1: {adress: 192.168.1.11}
  db1: {address: 192.168.1.2, ssh: {port: 99999}}
`), inventory.Options{})
	fmt.Println(err)
	// Output:
	// inventory.yaml:2:10: unknown key adress in hosts.app1 (did you mean address?)
	// inventory.yaml:3:43: ssh port 99999 is not between 1 and 65535
}
