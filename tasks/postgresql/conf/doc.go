// Package conf writes odooctl's file of settings in PostgreSQL's conf.d, and parses any
// postgresql.conf:
//
//	text, err := conf.Render([]conf.Setting{{Name: "listen_addresses", Value: "localhost,192.168.1.2"}})
//	port, ok := conf.Parse(text).Lookup("port")
//
// [Parse] follows the server's own lexer (src/backend/utils/misc/guc-file.l, 9.5 to
// 18). Whether a name exists and a value is in range only the server can tell: postgres
// -C max_connections -c config_file=FILE. The package does no I/O: include directives
// are reported, not followed.
package conf
