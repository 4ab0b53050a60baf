package dbfilter_test

import (
	"fmt"

	"odooctl/tasks/odoo/dbfilter"
)

// Odoo 15 takes www. for a part of %h, Odoo 16 does not.
func ExampleRule_Databases() {
	for _, odoo := range []string{"15.0", "16.0"} {
		s, err := dbfilter.Of(odoo)
		if err != nil {
			fmt.Println(err)
			return
		}
		shown, err := dbfilter.Rule{Semantics: s, Filter: "^%h$"}.Databases("www.a.com:443", []string{"a.com", "www.a.com"})
		fmt.Println(odoo, shown, err)
	}
	// Output:
	// 15.0 [www.a.com] <nil>
	// 16.0 [a.com] <nil>
}
