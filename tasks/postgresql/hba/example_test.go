package hba_test

import (
	"fmt"
	"net/netip"

	"odooctl/tasks/postgresql/hba"
)

func ExampleFile_Match() {
	file := hba.Parse(`local  all   postgres                  peer
hostssl prod odoo      192.168.1.0/24  scram-sha-256
host   all   all       0.0.0.0/0       reject
`, 15)
	conn := hba.Conn{Database: "prod", User: "odoo", Address: netip.MustParseAddr("192.168.1.11"), TLS: true}
	fmt.Println(file.Match(conn))
	conn.TLS = false
	fmt.Println(file.Match(conn))
	// Output:
	// hostssl prod odoo 192.168.1.0/24 scram-sha-256
	// host all all 0.0.0.0/0 reject
}

// The rules of odooctl have a place of their own; every other byte stays.
func ExampleEdit() {
	rule := hba.Rule{Type: "host", Databases: []string{"prod"}, Users: []string{"odoo"},
		Address: netip.MustParsePrefix("192.168.1.11/32"), Method: "scram-sha-256", Comment: "mycompany"}
	edited, _, err := hba.Edit("local all postgres peer # mine\n", 15, []hba.Rule{rule})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Print(edited)
	// Output:
	// local all postgres peer # mine
	// # BEGIN odooctl managed rules: edits between the two marks are put back
	// host    prod            odoo            192.168.1.11/32         scram-sha-256 # mycompany
	// # END odooctl managed
}
