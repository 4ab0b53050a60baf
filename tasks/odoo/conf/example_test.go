package conf_test

import (
	"fmt"

	"odooctl/tasks/odoo/conf"
)

func ExampleRender() {
	settings := []conf.Setting{{Name: "http_port", Value: "8069", Pos: "inventory.yaml:20:9"},
		{Name: "gevent_port", Value: "8072"}}
	for _, major := range []int{10, 16} {
		text, err := conf.Render(major, settings)
		if err != nil {
			fmt.Println(err)
		}
		fmt.Print(text)
	}
	_, err := conf.Render(16, []conf.Setting{{Name: "list_db", Value: "no", Pos: "inventory.yaml:21:9"}})
	fmt.Println(err)
	// Output:
	// # Written by odooctl from the inventory; edits are put back
	// [options]
	//
	// ; HTTP
	// xmlrpc_port = 8069
	// longpolling_port = 8072
	// # Written by odooctl from the inventory; edits are put back
	// [options]
	//
	// ; HTTP
	// http_port = 8069
	// gevent_port = 8072
	// inventory.yaml:21:9: option list_db: "no" is neither True nor False, and Odoo up to 18 takes any other word for true
}
