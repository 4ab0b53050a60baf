// Package conf knows the options of odoo.conf for Odoo 10 to 19 and writes the file:
//
//	text, err := conf.Render(14, []conf.Setting{
//		{Name: "http_port", Value: "8069", Pos: "inventory.yaml:20:9"},
//		{Name: "gevent_port", Value: "8072"}, // written as longpolling_port
//	})
//
// Options have their newest names, whatever the version; [Render] writes the name that
// the version reads. Older names are accepted too. What the version would ignore,
// refuse or misinterpret is an error with the setting's position, and all errors are
// returned at once.
//
// [Parse] reads an odoo.conf as Odoo does. The package does no I/O.
//
// Sources: odoo/tools/config.py of the versions 10.0 to 19.0; the effect of the values
// is from odoo/service/server.py, odoo/sql_db.py and odoo/http.py.
package conf
