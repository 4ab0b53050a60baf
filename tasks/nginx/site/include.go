package site

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	// ownLocation matches a location that nginx prefers to one with a regular expression
	// (nginx, ngx_http_core_module, "location").
	ownLocation = regexp.MustCompile(`(?m)^\s*location\s+(=|\^~)\s*"?(/[^\s"{]*)`)
	forbidden   = regexp.MustCompile(`(?m)^\s*error_page\s[^;]*\b403\b`)
)

// Opens says which of an operator's own lines would open what the site keeps closed. Other
// locations do not: a regular expression of ours comes first.
func Opens(lines string, s Site) (list []string) {
	var closed []string
	if !s.Manager.All {
		closed = append(closed, "/web/database", "/xmlrpc/db", "/xmlrpc/2/db")
	}
	if !s.RPC.All {
		closed = append(closed, "/xmlrpc", "/jsonrpc", "/json")
	}
	for _, m := range ownLocation.FindAllStringSubmatch(lines, -1) {
		for _, c := range closed {
			if strings.HasPrefix(m[2], c) || m[1] == "^~" && strings.HasPrefix(c, m[2]) {
				list = append(list, fmt.Sprintf("location %s %s opens %s, which nginx keeps closed otherwise", m[1], m[2], c))
				break
			}
		}
	}
	if len(closed) > 0 && forbidden.MatchString(lines) {
		list = append(list, "error_page of 403 leads on from what nginx keeps closed: it must not lead to Odoo")
	}
	return list
}
