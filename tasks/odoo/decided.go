package odoo

import (
	"fmt"

	"odooctl/inventory"
)

// deciding are the keys that decide over options of odoo.conf where a deployment has nginx: that it reaches Odoo, that
// its headers are believed, and that it has a location for what Odoo leaves to it. Other options with a key of their
// own are refused where the inventory is read; that none is missing here or there is tested on what is rendered.
var deciding = map[string]string{
	"proxy_mode": "nginx", "http_interface": "nginx", "x_sendfile": "nginx.x_sendfile",
}

// decided is an error if the inventory's options say what another key of it decides.
func decided(d *inventory.Deployment) error {
	if d.Nginx == nil {
		return nil
	}
	for _, opt := range d.Odoo.Options {
		switch key := deciding[newest(opt.Name)]; key {
		case "":
		case "nginx":
			return inventory.Error{Pos: opt.Pos, Msg: fmt.Sprintf("option %s follows from nginx: leave it out", opt.Name)}
		default:
			return inventory.Error{Pos: opt.Pos, Msg: fmt.Sprintf("option %s is set by %s: write it there", opt.Name, key)}
		}
	}
	return nil
}
