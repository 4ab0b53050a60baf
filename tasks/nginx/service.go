package nginx

import (
	_ "embed"
	"slices"
	"strings"

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
	other := overridden(h) // asked for now, with all else
	if err := h.Unit(Unit).Run(); err != nil {
		return err
	}
	if other != nil {
		return other
	}
	f, err := h.Facts()
	if err != nil {
		return err
	}
	if runs := first(f.Of("runs")); runs != "" && runs != configuration {
		h.Notify(Unit, tasks.Restart, "it was started with "+runs+", and not with "+configuration)
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
	var claims, written, listened []string
	for _, d := range h.NginxOf() {
		for _, n := range d.Nginx.Names() {
			claims = append(claims, "-e", `conflicting server name "`+n+`"`)
		}
		written = append(written, AccessLog(d.Name), errorLog(d.Name))
		for _, port := range []string{"80", "443"} {
			if (port == "80" || d.Nginx.TLS.Enabled()) && !slices.Contains(listened, port) {
				listened = append(listened, port)
			}
		}
	}
	test := "nginx -t"
	if len(claims) > 0 {
		test = shell.Call(logs, "make_logs", written...) + "\n" + shell.Call(valid, "valid", claims...)
		h.Check(tasks.Check{Unit: Unit, Title: "the ports are free for nginx",
			Run: tasks.Listens + shell.Call(ports, "ports_free", Unit, "sport = :"+strings.Join(listened, " or sport = :"))})
	}
	h.Check(tasks.Check{Unit: Unit, Title: "nginx -t", Run: test})
	after := tasks.Listens + shell.Bare(workers) + shell.Bare(fresh) + `has_new "$1" || exit 1` + "\n"
	if generation := generation(h); generation != "" {
		after += shell.Words("has_read", site.LocalAddress, generation) + " || exit 1\n"
	}
	for _, port := range listened {
		after += shell.Words("listens", Unit, port) + " || exit 1\n"
	}
	h.Prove(Unit, tasks.Proof{Before: shell.Call(workers, "workers"), After: after + served(h), Within: 15,
		Serves: shell.Call(fresh, "restored", site.LocalAddress, hostFile)})
}
