package site

import (
	"strings"
	"testing"
)

func TestLocations(t *testing.T) {
	closed, open := Site{}, Site{Manager: Reach{All: true}, RPC: Reach{All: true}}
	const pass = "proxy_pass http://127.0.0.1:9000;"
	for _, c := range []struct {
		match, text string
		site        Site
		want        string // part of the error
	}{
		{"/feed", pass, closed, ""},
		{"= /robots.txt", `return 200 "User-agent: *\n";`, closed, ""},
		{`~ ^/f\.x$`, "if ($arg_a) {\n return 404; # }\n}", closed, ""},
		{"^~ /files/", "alias /srv/${arg_a};", closed, ""},
		{"^~ /web/database", "return 404;", closed, ""},
		{"^~ /web/database", pass, open, ""},
		{"~ ^/web/database", pass, closed, ""}, // the site's own regular expression comes first
		{"/web/database", pass, closed, ""},
		{"^~ /web/database", pass, closed, "opens /web/database"},
		{"= /web/database/manager", "try_files x @odoo;", closed, "opens /web/database"},
		{"^~ /web", "include /etc/nginx/odoo;", closed, "opens /web/database"},
		{"^~ /en/web/", pass, closed, "opens /web/database"},
		{"^~ /de_AT", pass, closed, "opens /web/database"},
		{"^~ /website/", pass, closed, ""},
		{"= /jsonrpc", pass, closed, "opens /json"},
		{"= /jsonrpc", pass, Site{RPC: Reach{All: true}}, ""},
		{"/", pass, open, "the site's own"},
		{"^~ /websocket", pass, open, "the site's own"},
		{"= /", "return 302 /shop;", open, ""},
		{"feed", pass, open, "begins with /"},
		{"/a {", pass, open, "want a path"},
		{"/a b", pass, open, "want a path"},
		{"/a", pass + " } location /b { " + pass, closed, "ends more"},
		{"/a", "return 200 '}", closed, "no end"},
		{"/a", `return 200 "\";`, closed, "no end"},
		{"/a", "if ($a) { return 404;", closed, "no }"},
		{"/a", "return 404", closed, "ends with ;"},
		{"/a", "return 404; # x;\n root /", closed, "ends with ;"},
		{"/a", " ", closed, "no directives"},
		{"/a", "location /a/b { return 404; }", closed, "a location in it"},
		{"/a", "return\r404;", closed, "no character"},
	} {
		err := Location{c.match, strings.Split(c.text, "\n")}.Check(c.site)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s { %s }: %v, want %q", c.match, c.text, err, c.want)
		}
	}
}
