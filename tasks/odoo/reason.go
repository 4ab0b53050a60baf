package odoo

import (
	"cmp"
	"slices"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/conf"
	"odooctl/tasks/odoo/size"
)

// setter adds an option to odoo.conf, with the position for errors, and why it has its value.
type setter func(name string, value any, pos inventory.Pos, why conf.Reason)

// reason is why an option has its value: the key that it follows from, the field that has the
// key's value in the inventory, and how it follows. A key that is left out has its default.
func reason(h *tasks.Host, key string, field any, how string) conf.Reason {
	r := conf.Reason{Key: key, Text: how}
	switch f := field.(type) {
	case nil:
	case *inventory.Nginx:
		r.Pos = at(f.Pos)
	case *inventory.ServerTLS:
		r.Pos = at(f.Pos)
	case *inventory.Secret:
		if f.Made() {
			return conf.Reason{Key: key, Text: "left out: it is generated, and kept as " + f.Source()}
		}
		r.Pos = at(f.Pos)
	default:
		r.Pos = at(h.Inventory.Where(field))
	}
	r.Text = cmp.Or(r.Text, left(r.Pos == "", "left out: odooctl's default"))
	return r
}

// left is a text for a key that is left out.
func left(out bool, text string) string {
	if out {
		return text
	}
	return ""
}

func portOf(h *tasks.Host, p *inventory.PostgreSQL) conf.Reason {
	return reason(h, "postgresql.port", &p.Port, left(p.Port == 0, "left out: the port that the cluster has"))
}

// sized is why a number of processes, or a limit of them, is what it is.
func sized(h *tasks.Host, o *inventory.Odoo, s size.Option) conf.Reason {
	if s.Name == size.Workers && !s.Set && o.Users > 0 {
		return reason(h, "odoo.users", &o.Users, s.Why)
	}
	fields := map[string]any{size.Workers: o.Workers, size.Cron: o.MaxCronThreads, size.Soft: &o.LimitMemorySoft,
		size.Hard: &o.LimitMemoryHard}
	field, own := fields[s.Name]
	if !own {
		return reason(h, "odoo.options."+s.Name, nil, s.Why) // options that are given replace it
	}
	r := reason(h, "odoo."+s.Name, field, s.Why)
	if s.Set && r.Pos == "" { // workers: 0
		return reason(h, "odoo.mode", &o.Mode, s.Why)
	}
	return r
}

// Explained is one line of an odoo.conf.
type Explained struct {
	Line    int
	Option  string // as this Odoo calls it
	Value   string // *** for a secret
	Default string // Odoo's own; "": there is none, or it depends on the host
	Reason  conf.Reason
}

func init() {
	tasks.Register("odoo.explain", "reads what odoo.conf follows from, to explain it; changes nothing",
		func() tasks.Task { return &Explain{} })
}

// Explain requests what Instance.Explain needs to know.
type Explain struct{}

// Plan implements tasks.Task.
func (Explain) Plan(h *tasks.Host) (first error) {
	for _, i := range Instances(h) {
		_, err := i.Explain(h)
		first = cmp.Or(first, err) // to read what the others need in the same round
	}
	return first
}

// Explain says of each option of a deployment's odoo.conf on a host, as the inventory wants it,
// why it has its value.
func (i Instance) Explain(h *tasks.Host) (list []Explained, err error) {
	askConnections(h, i.Deployment)
	major, err := Major(h, i.Deployment)
	if err != nil {
		return nil, err
	}
	settings, err := settings(h, i, major, h.File(i.Config).Text())
	if err != nil {
		return nil, err
	}
	text, err := conf.Render(major, settings)
	if err != nil {
		return nil, err
	}
	text = hiding(i.Odoo)(text, func(string) string { return "***" })
	section := "options"
	for n, line := range strings.Split(text, "\n") {
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = strings.TrimSuffix(name, "]")
		}
		name, value, ok := strings.Cut(line, " =")
		if !ok || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue
		}
		at := slices.IndexFunc(settings, func(s conf.Setting) bool {
			return strings.EqualFold(newest(s.Name), newest(name)) && cmp.Or(s.Section, "options") == section
		})
		e := Explained{Line: n + 1, Option: name, Value: strings.TrimSpace(value), Reason: settings[at].Reason}
		if o, ok := conf.Lookup(name); ok && section == "options" {
			e.Default = o.DefaultIn(major)
		}
		list = append(list, e)
	}
	return list, nil
}
