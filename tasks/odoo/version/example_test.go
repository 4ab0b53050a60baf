package version_test

import (
	"fmt"

	"odooctl/tasks/odoo/version"
)

func ExampleOf() {
	for _, major := range []int{10, 14, 16, 19} {
		v := version.Of(major)
		fmt.Println(v.Major, v.NoHTTP, v.Health.Path, v.Websocket, v.Python2())
	}
	// Output:
	// 10 --no-xmlrpc /web/webclient/version_info false true
	// 14 --no-http /web/webclient/version_info false false
	// 16 --no-http /web/health true false
	// 19 --no-http /web/health true false
}
