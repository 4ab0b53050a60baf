package nginx

import (
	_ "embed"

	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
)

func init() {
	tasks.Register("nginx.service", "nginx starts with the machine and runs", func() tasks.Task { return &Service{} })
}

// Service keeps nginx running. A change is validated by nginx -t before nginx is
// touched, and proven by new workers and by what they report to have read.
type Service struct{}

// Plan implements tasks.Task.
func (Service) Plan(h *tasks.Host) error {
	if err := h.Unit(Unit).Run(); err != nil {
		return err
	}
	guard(h)
	return nil
}

// Programs that ask nginx on the host.
var (
	//go:embed valid.sh
	valid string
	//go:embed ports.sh
	ports string
	//go:embed workers.sh
	workers string
	//go:embed fresh.sh
	fresh string
	//go:embed logs.sh
	logs string
)

// guard adds the tests before and after nginx is touched.
func guard(h *tasks.Host) {
	var claims, written []string
	filter := "sport = :80"
	for _, d := range h.NginxOf() {
		for _, n := range d.Nginx.Names() {
			claims = append(claims, "-e", `conflicting server name "`+n+`"`)
		}
		written = append(written, AccessLog(d.Name), errorLog(d.Name))
		if d.Nginx.TLS.Enabled() {
			filter = "sport = :80 or sport = :443"
		}
	}
	test := "nginx -t"
	if len(claims) > 0 {
		test = shell.Call(logs, "make_logs", written...) + "\n" + shell.Call(valid, "valid", claims...)
		h.Check(tasks.Check{Unit: Unit, Title: "the ports are free for nginx",
			Run: shell.Call(ports, "ports_free", filter)})
	}
	h.Check(tasks.Check{Unit: Unit, Title: "nginx -t", Run: test})
	after := shell.Bare(workers) + shell.Bare(fresh) + `has_new "$1" || exit 1` + "\n"
	if generation := generation(h); generation != "" {
		after += shell.Words("has_read", site.LocalAddress, generation) + " || exit 1\n"
	}
	h.Prove(Unit, tasks.Proof{Before: shell.Call(workers, "workers"), After: after + served(h), Within: 15,
		Serves: shell.Call(fresh, "restored", site.LocalAddress, hostFile)})
}
