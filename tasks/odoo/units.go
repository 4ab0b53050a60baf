package odoo

import (
	"fmt"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/conf"
	"odooctl/tasks/tunnel"
)

// process is one systemd service of an Instance.
type process struct {
	Unit  string
	For   string   // what it does, in the unit's description
	Exec  string   // command line; "" = the package's own
	Ready string   // shell that succeeds when it serves; "" = as systemd reports it
	Files []string // files that it reads at its start
}

// processes lists the services of an Odoo by its mode, the one for HTTP first. Cron and
// chat are restarted after it, because of their names too: chat takes the port that the
// workers' own chat process had.
func (i Instance) processes(h *tasks.Host, major int, p Processes) []process {
	http, chat := i.Odoo.Ports()
	serves, chats := question{i.Unit, http, healthOf(major)}, question{i.Unit, chat, i.chatHealth(h, major)}
	main := process{Unit: i.Unit, Ready: i.answers(h, serves), Files: []string{i.Config}}
	if i.Odoo.Runs() != inventory.ModeWSGI {
		if i.Own {
			main.Exec = i.odoo()
		}
		if p.Chat() { // workers have a chat process, which is up later
			main.Ready = i.answers(h, serves, chats)
		}
		return []process{main}
	}
	main.For, main.Exec = "HTTP", i.gunicorn(h, major, p)
	main.Files = append(main.Files, i.entry())
	list := []process{main}
	if p.Cron > 0 {
		list = append(list, process{
			Unit: i.beside("cron"), For: "scheduled jobs", Files: []string{i.Config},
			Exec: fmt.Sprintf("%s %s --workers=-1 --max-cron-threads=%d", i.odoo(), noHTTP(major), p.Cron),
		})
	}
	chats.unit = i.beside("chat")
	live := process{Unit: chats.unit, For: "live chat", Files: []string{i.Config}, Ready: i.answers(h, chats)}
	if i.Odoo.Chat == inventory.ChatThreaded {
		live.Exec = fmt.Sprintf("%s --workers=0 --max-cron-threads=0 %s=%d", i.odoo(), httpPort(major), chat)
	} else {
		live.Exec = i.odoo("gevent")
	}
	return append(list, live)
}

// odoo is the command line of Odoo with the instance's configuration. A subcommand,
// such as gevent, has to be the first word.
func (i Instance) odoo(words ...string) string {
	line := append([]string{i.Program}, words...)
	return strings.Join(append(line, "--config", i.Config, "--logfile", i.Log), " ")
}

// text returns the unit's file, or the drop-in for the package's unit.
func (i Instance) text(p process, needs []string, patience int) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	b.WriteString(ours)
	line("# Deployment: %s", i.Name)
	line("[Unit]")
	foreign := !i.Own && p.Unit == i.Unit
	if !foreign {
		what := "Odoo of " + i.Name
		if p.For != "" {
			what += ": " + p.For
		}
		line("Description=%s", what)
	}
	line("Wants=%s", strings.Join(append([]string{"network-online.target"}, i.wants(needs)...), " "))
	line("After=%s", strings.Join(append([]string{"network-online.target"}, needs...), " "))
	if i.Odoo.DataMount != nil {
		line("# Odoo ends with the mount: it must not write into the empty folder below.")
		line("RequiresMountsFor=%s\nBindsTo=%s", i.Odoo.MountPoint(), mountUnit(i.Odoo.MountPoint()))
	}
	line("\n[Service]")
	if !foreign {
		line("User=%[1]s\nGroup=%[1]s\nKillMode=mixed", i.User)
	}
	if foreign && p.Exec != "" {
		line("ExecStart=")
	}
	if p.Exec != "" {
		line("ExecStart=%s", escape(p.Exec))
	}
	for _, v := range i.variables() {
		line("%s", v)
	}
	// A request may take up to limit_time_real before the workers stop.
	line("TimeoutStopSec=%d", patience+30)
	line("Restart=on-failure\nRestartSec=5")
	if i.Own {
		line("PrivateTmp=yes\nNoNewPrivileges=yes")
	}
	if !foreign {
		line("\n[Install]\nWantedBy=multi-user.target")
	}
	return b.String()
}

// quoteVariable quotes a variable for systemd.exec(5); in quotes $ is literal.
func quoteVariable(e inventory.Option) string {
	return strconv.Quote(e.Name + "=" + strings.ReplaceAll(e.Value.Text, "%", "%%"))
}

// escape protects a text from systemd's specifiers and variables (systemd.unit(5),
// "Specifiers"; systemd.service(5), "Command lines").
func escape(s string) string { return strings.NewReplacer("%", "%%", "$", "$$").Replace(s) }

// configured returns the value of an option in the instance's planned odoo.conf, or
// Odoo's default. The name is the newest one.
func (i Instance) configured(h *tasks.Host, major int, name string) string {
	o, _ := conf.Lookup(name)
	if f, err := conf.Parse(h.File(i.Config).Text()); err == nil {
		if v, ok := f.Get(o.NameIn(major)); ok {
			return v
		}
	}
	return o.DefaultIn(major)
}

// patience is how many seconds a request or a scheduled job may take.
func (i Instance) patience(h *tasks.Host, major int) int {
	web, _ := strconv.Atoi(i.configured(h, major, "limit_time_real"))
	jobs, _ := strconv.Atoi(i.configured(h, major, "limit_time_real_cron"))
	return max(web, jobs)
}

// wants lists those of the needed units that exist for this Odoo alone.
func (i Instance) wants(needs []string) (units []string) {
	for _, u := range needs {
		if i.PostgreSQL != nil && u == tunnel.Unit(i.Deployment) {
			units = append(units, u)
		}
	}
	return units
}

// needs lists the units that have to be up before Odoo: the PostgreSQL of the same
// host, or the tunnel to another one.
func (i Instance) needs(h *tasks.Host) (units []string, err error) {
	if i.tunnels(h) {
		return []string{tunnel.Unit(i.Deployment)}, nil
	}
	if i.PostgreSQL == nil || i.PostgreSQL.Host != h.Host {
		return nil, nil
	}
	c, err := server(h, i.Deployment)
	if err != nil {
		return nil, err
	}
	return []string{c.Unit}, nil
}
