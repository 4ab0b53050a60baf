// Package nginx says what the proxy in front of a deployment looks like: a
// certificate, one site per deployment, the service. The tasks are named
// nginx.certificate, nginx.site and nginx.service.
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

// Unit is the service of Debian's and nginx.org's packages.
const Unit = "nginx.service"

func init() {
	tasks.Register("nginx.service", "nginx starts with the machine and runs", func() tasks.Task { return &Service{} })
}

// Service keeps nginx running. A change is tried with nginx -t before nginx is
// touched, and proven by workers that were not there before.
type Service struct{}

// Plan implements tasks.Task.
func (Service) Plan(h *tasks.Host) error {
	sites := h.Glob("/etc/nginx/sites-enabled/*")
	if err := h.Unit(Unit).Run(); err != nil {
		return err
	}
	h.Check(tasks.Check{Unit: Unit, Title: "nginx -t", Run: "nginx -t"})
	// nginx -s reload returns before the master has read anything, and a master
	// that cannot take the files goes on with the old ones.
	workers := `m=$(cat /run/nginx.pid) && cat /proc/$m/task/$m/children`
	h.Prove(Unit, tasks.Proof{Before: workers, After: fmt.Sprintf(`now=$(%s) && for p in $now; do case " $1 " in *" $p "*) ;; *) exit 0 ;; esac; done
echo "nginx has no new workers"; tail -n 5 /var/log/nginx/error.log; exit 1`, workers), Within: 15})
	h.Uses(tasks.Use{Unit: Unit, Files: append([]string{"/etc/nginx/nginx.conf"}, sites...), Since: youngest})
	return nil
}

// youngest is shell that prints when the newest worker was born: workers are born
// when nginx has read its files.
const youngest = `for p in $(cat /proc/$(cat /run/nginx.pid)/task/*/children); do born $p; done | sort -n | tail -n 1`

// version parses what nginx -v says, such as 1.22.1.
func version(h *tasks.Host) (v site.Version, err error) {
	f, err := h.Facts()
	if err != nil {
		return v, err
	}
	if f.Nginx == "" {
		return v, fmt.Errorf("nginx is not installed on %s; install it, such as `apt install nginx-light`", h.Name)
	}
	for i, part := range strings.SplitN(f.Nginx, ".", 3) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return v, fmt.Errorf("%s: nginx says its version is %q", h.Name, f.Nginx)
		}
		*[]*int{&v.Major, &v.Minor, &v.Patch}[i] = n
	}
	return v, nil
}
