package site

import (
	"fmt"
	"regexp"
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
	for _, m := range ownLocation.FindAllStringSubmatch(lines, -1) {
		if closed := s.closedBelow(m[1], m[2]); closed != "" {
			list = append(list, fmt.Sprintf("location %s %s opens %s, which nginx keeps closed otherwise", m[1], m[2], closed))
		}
	}
	if (!s.Manager.All || !s.RPC.All) && forbidden.MatchString(lines) {
		list = append(list, "error_page of 403 leads on from what nginx keeps closed: it must not lead to Odoo")
	}
	return list
}
