package site

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Maintenance is what a site answers while no Odoo of it serves: status 503, with a
// page for people, and not to be cached.
type Maintenance struct {
	Page  string   // path of the page on the nginx host
	Allow []string // addresses and ranges whose requests still reach Odoo
}

// retryAfter is when a program may retry, in seconds (RFC 9110, section 10.2.3).
const retryAfter = 30

// The lines around what Maintenance adds to a server file.
const (
	maintenanceBegins = "# Maintenance: odooctl maintenance --off takes this away\n"
	maintenanceEnds   = "# Maintenance ends\n"
)

// maintained matches all that SetMaintenance has added.
var maintained = regexp.MustCompile(`(?ms)^ *` + maintenanceBegins + `.*?^ *` + maintenanceEnds)

// InMaintenance reports whether a server file of Render answers with a page.
func InMaintenance(text string) bool { return maintained.MatchString(text) }

// appBegins is where the server that passes requests to Odoo begins.
const appBegins = "\n    server_tokens off;\n"

var ownID = regexp.MustCompile(`(?m)^upstream odoo_(\w+)_http \{$`)

// SetMaintenance returns a server file of Render with the page, or without it if m is
// nil, and nothing else changed. Certificates are still renewed meanwhile.
func SetMaintenance(text string, m *Maintenance) (string, error) {
	text = maintained.ReplaceAllString(text, "")
	if m == nil {
		return text, nil
	}
	id := ownID.FindStringSubmatch(text)
	if id == nil || strings.Count(text, appBegins) != 1 {
		return "", errors.New("it has no server of Odoo in which a page could stand")
	}
	if err := checkPath(m.Page); err != nil {
		return "", fmt.Errorf("maintenance page: %w", err)
	}
	for _, r := range m.Allow {
		if err := checkRange(r); err != nil {
			return "", fmt.Errorf("maintenance: %w", err)
		}
	}
	return strings.Replace(text, appBegins, appBegins+m.server(id[1]), 1) + m.visitors(id[1]), nil
}

// server is the part inside the server. The page is an internal location, which
// bypasses the condition; the method becomes GET, because nginx answers no other one
// with a file.
func (m *Maintenance) server(id string) string {
	closed := "1"
	if len(m.Allow) > 0 {
		closed = "$odoo_" + id + "_visitor"
	}
	return indented(`    `, maintenanceBegins, fmt.Sprintf(`error_page 503 /odooctl-maintenance.html;
set $odoo_%[1]s_closed %[2]s;
if ($uri = /odooctl-maintenance.html) {
    set $odoo_%[1]s_closed 0;
}
if ($odoo_%[1]s_closed) {
    return 503;
}
location = /odooctl-maintenance.html {
    internal;
    alias %[3]s;
    types { }
    default_type "text/html; charset=utf-8";
    add_header Retry-After %[4]d always;
    add_header Cache-Control no-store always;
    add_header X-Content-Type-Options nosniff always;
}
`, id, closed, m.Page, retryAfter), maintenanceEnds)
}

// visitors is the map of who has access.
func (m *Maintenance) visitors(id string) string {
	if len(m.Allow) == 0 {
		return ""
	}
	lines := []string{"geo $odoo_" + id + "_visitor {\n", "    default 1;\n"}
	for _, r := range slices.Sorted(slices.Values(m.Allow)) {
		lines = append(lines, "    "+r+" 0;\n")
	}
	return maintenanceBegins + strings.Join(lines, "") + "}\n" + maintenanceEnds
}

func indented(by string, texts ...string) (out string) {
	for _, text := range texts {
		for line := range strings.Lines(text) {
			out += by + line
		}
	}
	return out
}
