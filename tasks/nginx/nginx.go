// Package nginx has the tasks for the proxy in front of a deployment: certificates, one
// site per deployment, the service. Import it for its tasks, which its init functions
// register: nginx.certificate, nginx.site, nginx.service, nginx.left, nginx.drain and
// others.
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

// Unit is the service in the packages of Debian, RHEL and nginx.org.
const Unit = "nginx.service"

// version parses the output of nginx -v, such as 1.22.1.
func version(h *tasks.Host) (v site.Version, err error) {
	f, err := h.Facts()
	if err != nil {
		return v, err
	}
	installed := Installed(f)
	if installed == "" {
		return v, fmt.Errorf("nginx is not installed on %s; install it, such as `apt install nginx-light`", h.Name)
	}
	if reads := first(f.Of("reads")); reads != "" {
		return v, fmt.Errorf("nginx on %s was built to read %s, as `nginx -V` says, and odooctl writes what %s reads: "+
			"install a package of Debian, RHEL or nginx.org", h.Name, reads, configuration)
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
