package tasktest

import (
	"fmt"
	"regexp"
	"strings"

	"odooctl/tasks/postgresql/conf"
	"odooctl/tasks/postgresql/hba"
)

var certificateLine = regexp.MustCompile(`(?m)^\s*ssl_certificate(?:_key)? (\S+);`)

// check runs a validation by its title. An unknown one passes.
func (h *host) check(title string) error {
	switch title {
	case "nginx -t":
		for _, p := range append(h.glob("/etc/nginx/sites-enabled/*"), h.glob("/etc/nginx/conf.d/*.conf")...) {
			f, ok := h.resolve(p)
			if !ok {
				return fmt.Errorf("%s leads nowhere", p)
			}
			for _, m := range certificateLine.FindAllStringSubmatch(f.text, -1) {
				if _, ok := h.files[m[1]]; !ok {
					return fmt.Errorf("%s: cannot load %s", p, m[1])
				}
			}
		}
	case "postgres -C":
		for p := range h.files {
			if !strings.HasPrefix(p, "/etc/postgresql/") || !strings.HasSuffix(p, ".conf") ||
				strings.Contains(p, "hba") {
				continue
			}
			for _, e := range conf.Parse(h.files[p].text).Errors {
				return fmt.Errorf("%s: %w", p, e)
			}
		}
	case "pg_hba_file_rules":
		for _, c := range h.clusters {
			if !h.units[c.unit()].active {
				continue
			}
			for _, name := range []string{"pg_hba.conf", hba.IncludedFile} {
				for _, e := range hba.Parse(h.files[c.config+"/"+name].text, c.major()).Errors() {
					return fmt.Errorf("%s: %w", name, e)
				}
			}
		}
	}
	return nil
}
