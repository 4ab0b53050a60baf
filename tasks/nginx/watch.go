package nginx

import (
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
)

// Watch asks for what ServiceOf and OutOfService tell, in one round, and changes nothing.
type Watch struct{}

// Plan implements tasks.Task.
func (Watch) Plan(h *tasks.Host) error {
	if len(h.NginxOf()) == 0 {
		return nil
	}
	h.Output(reading(h))
	use(h).Watch(h)
	return Look{}.Plan(h)
}

// reading prints when nginx has read its files, and each certificate that it does not serve
// as it stands on disk.
func reading(h *tasks.Host) string {
	return shell.Call(workers, "read_files") + "\n" +
		presents(h, func(*inventory.Deployment, string) bool { return true })
}

func use(h *tasks.Host) tasks.Use {
	u := tasks.Use{Unit: Unit, Files: []string{configuration, enabled + "/*", confd + "/*.conf"}}
	text, _ := h.Output(reading(h))
	line, _, _ := strings.Cut(text, "\n")
	u.Since, _ = strconv.ParseInt(line, 10, 64)
	return u
}

// Watched is a host's nginx.
type Watched struct {
	tasks.Service
	Version string // "" = none is installed
}

// ServiceOf tells how a host's nginx is; nil where it has none to run.
func ServiceOf(h *tasks.Host) *Watched {
	if len(h.NginxOf()) == 0 {
		return nil
	}
	s := &Watched{Service: use(h).Service(h)}
	if f, err := h.Facts(); err == nil {
		s.Version = Installed(f)
	}
	if text, _ := h.Output(reading(h)); !s.Down() {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "nginx ") {
				s.Drift = append(s.Drift, tasks.Printable(line))
			}
		}
	}
	return s
}
