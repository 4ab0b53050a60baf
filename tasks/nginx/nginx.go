// Package nginx says what the proxy in front of a deployment looks like: a
// certificate, one site per deployment, the service. The tasks are named
// nginx.certificate, nginx.site, nginx.service, nginx.left and nginx.drain.
//
// The text of a site is made by package site.
package nginx

import (
	"fmt"
	"strconv"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
)

// Unit is the service of Debian's, RHEL's and nginx.org's packages.
const Unit = "nginx.service"

// version parses what nginx -v says, such as 1.22.1.
func version(h *tasks.Host) (v site.Version, err error) {
	f, err := h.Facts()
	if err != nil {
		return v, err
	}
	installed := Installed(f)
	if installed == "" {
		return v, fmt.Errorf("nginx is not installed on %s; install it, such as `apt install nginx-light`", h.Name)
	}
	for i, part := range strings.SplitN(installed, ".", 3) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return v, fmt.Errorf("%s: nginx says its version is %q", h.Name, installed)
		}
		*[]*int{&v.Major, &v.Minor, &v.Patch}[i] = n
	}
	return v, nil
}
