package lab

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Host describes one machine of a lab.
type Host struct {
	Name     string   `json:"name"`
	Image    string   `json:"image"`    // bookworm, odoo14 or odoo19
	Number   byte     `json:"number"`   // the last byte of its address; 1 is the machine the lab runs on
	Services []string `json:"services"` // which of odoo, postgresql and nginx it is for; the others are disabled and down
	Shares   []Share  `json:"shares,omitempty"`
}

// Share is a folder that several hosts share, as over NFS. It begins as a copy of the
// image's folder at Path.
type Share struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// services are those a Host can be for. An image need not have each of them.
var services = []string{"odoo", "postgresql", "nginx"}

// Standard is the fleet of the documentation: Odoo 14 on two hosts with one data_dir, its database and its web server
// on hosts of their own, and Odoo 19 with everything on one host.
//
//	db1    198.18.x.2   Debian 12, PostgreSQL 15
//	web1   198.18.x.10  Debian 12, nginx 1.22
//	app1   198.18.x.11  Debian 11, Odoo 14
//	app2   198.18.x.12  Debian 11, Odoo 14
//	next1  198.18.x.20  Debian sid, Odoo 19, PostgreSQL 18, nginx 1.30
func Standard() []Host {
	data := []Share{{Name: "odoo-data", Path: "/var/lib/odoo"}}
	return []Host{
		{Name: "db1", Image: "bookworm", Number: 2, Services: []string{"postgresql"}},
		{Name: "web1", Image: "bookworm", Number: 10, Services: []string{"nginx"}},
		{Name: "app1", Image: "odoo14", Number: 11, Services: []string{"odoo"}, Shares: data},
		{Name: "app2", Image: "odoo14", Number: 12, Services: []string{"odoo"}, Shares: data},
		{Name: "next1", Image: "odoo19", Number: 20, Services: []string{"odoo", "postgresql", "nginx"}},
	}
}

// Select returns the hosts with these names, in the order of the names, or all of them for no names.
func Select(hosts []Host, names []string) ([]Host, error) {
	if len(names) == 0 {
		return hosts, nil
	}
	var chosen []Host
	for _, name := range names {
		i := slices.IndexFunc(hosts, func(h Host) bool { return h.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("host %q is not defined", name)
		}
		chosen = append(chosen, hosts[i])
	}
	return chosen, nil
}

var hostName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// checkHosts finds errors that would otherwise only show when the hosts boot.
func checkHosts(hosts []Host) error {
	names, numbers := map[string]bool{}, map[byte]string{}
	for _, h := range hosts {
		if !hostName.MatchString(h.Name) {
			return fmt.Errorf("host name %q: want a letter, then letters, digits and hyphens, all small, 31 at most",
				h.Name)
		}
		if names[h.Name] {
			return fmt.Errorf("host %s is defined twice", h.Name)
		}
		names[h.Name] = true
		if other := numbers[h.Number]; other != "" {
			return fmt.Errorf("hosts %s and %s have the same number %d", other, h.Name, h.Number)
		}
		numbers[h.Number] = h.Name
		if h.Number < 2 || h.Number == 255 {
			return fmt.Errorf("host %s: number %d: want 2 to 254", h.Name, h.Number)
		}
		if _, err := recipeOf(h.Image); err != nil {
			return fmt.Errorf("host %s: %w", h.Name, err)
		}
		for _, s := range h.Services {
			if !slices.Contains(services, s) {
				return fmt.Errorf("host %s: service %q: want one of %q", h.Name, s, services)
			}
		}
		for _, s := range h.Shares {
			if !hostName.MatchString(s.Name) || !filepath.IsAbs(s.Path) || strings.ContainsAny(s.Path, ": ") {
				return fmt.Errorf("host %s: share %q on %q: want a name like a host's and an absolute path",
					h.Name, s.Name, s.Path)
			}
		}
	}
	return nil
}
