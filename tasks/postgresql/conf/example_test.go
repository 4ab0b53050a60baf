package conf_test

import (
	"fmt"

	"odooctl/tasks/postgresql/conf"
)

func ExampleRender() {
	text, err := conf.Render([]conf.Setting{{Name: "listen_addresses", Value: "localhost,192.168.1.2"},
		{Name: "search_path", Value: `"$user", public`}})
	fmt.Print(text)
	port, ok := conf.Parse("port = 5432 # PostgreSQL's own\nport = 5433\n").Lookup("port")
	fmt.Println(port.Value, ok, err)
	// Output:
	// # Written by odooctl from the inventory; edits are put back
	// listen_addresses = 'localhost,192.168.1.2'
	// search_path = '"$user", public'
	// 5433 true <nil>
}
