package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/journal"
	"odooctl/playbooks/run"
	"odooctl/playbooks/view"
	"odooctl/tasks"
)

// This file is what a run says when it has ended: how much it did, and what can be done next.

// showEnd prints what a run did, what is new, and how to take it back.
func (u *ui) showEnd(r *run.Report) {
	for _, line := range endOf(r) {
		u.printf("  %s\n", line)
	}
}

// showNext prints the command with which each failed host goes on.
func (u *ui) showNext(r *run.Report) {
	for _, line := range nextOf(r) {
		fmt.Fprintf(u.err, "next: %s\n", line)
	}
}

// nextOf lists the commands with which failed hosts go on: what is the same for several of them
// once, with their names as a pattern.
func nextOf(r *run.Report) (lines []string) {
	hosts := map[string][]string{}
	var order []string
	for _, o := range r.Failed() {
		command := next(r, o)
		if command == "" {
			continue
		}
		if hosts[command] == nil {
			order = append(order, command)
		}
		hosts[command] = append(hosts[command], o.Host)
	}
	for _, command := range order {
		pattern := strings.ReplaceAll(inventory.Ranges(hosts[command]), ", ", ",")
		if strings.Contains(pattern, "[") {
			pattern = "'" + pattern + "'"
		}
		lines = append(lines, strings.ReplaceAll(command, theHosts, pattern))
	}
	return lines
}

// endOf puts the end of a run into lines.
func endOf(r *run.Report) (lines []string) {
	if r.Changes() == 0 {
		return nil
	}
	changed := 0
	for _, o := range r.Outcomes {
		if o.Changes > 0 {
			changed++
		}
	}
	did := append([]string{tasks.Plural(changed, "host") + " changed"}, actsOf(r)...)
	lines = append(lines, strings.Join(append(did, view.Short(r.Took)), ", "))
	for _, d := range r.Of.Deployments {
		if site := newSite(d, r); site != "" {
			lines = append(lines, site)
		}
	}
	undoes := slices.ContainsFunc(r.Outcomes, func(o run.Outcome) bool { return o.Undoes() })
	if undoes && r.Begun.Run != "" && r.Begun.Verb != journal.VerbRollback {
		lines = append(lines, "undo: odooctl rollback "+r.Run)
	}
	return lines
}

// actsOf counts what was done to units: 1 restart of nginx.service, 2 restarts of odoo.service.
func actsOf(r *run.Report) (list []string) {
	times := map[string]int{}
	var order []string
	for _, o := range r.Outcomes {
		for _, a := range o.Acted {
			what := a.Verb + " of " + a.Unit
			if times[what]++; times[what] == 1 {
				order = append(order, what)
			}
		}
	}
	for _, what := range order {
		verb, unit, _ := strings.Cut(what, " of ")
		list = append(list, tasks.Plural(times[what], verb)+" of "+unit)
	}
	return list
}

// newSite says where the users of a deployment find it, and who logs in first, if the run has set
// up one of its databases.
func newSite(d *inventory.Deployment, r *run.Report) string {
	if d.Odoo == nil || d.Nginx == nil || len(d.Nginx.ServerNames) == 0 || !slices.ContainsFunc(r.Outcomes,
		func(o run.Outcome) bool {
			return slices.ContainsFunc(o.Made, func(name string) bool { return slices.Contains(d.Odoo.Databases, name) })
		}) {
		return ""
	}
	scheme := "http"
	if tls := d.Nginx.TLS; tls.SelfSigned || tls.ACME != nil || !tls.Certificate.IsZero() {
		scheme = "https"
	}
	text := fmt.Sprintf("%s://%s   login: %s", scheme, d.Nginx.ServerNames[0], cmp.Or(d.Odoo.AdminLogin.Name,
		inventory.DefaultAdmin))
	if d.Odoo.AdminLogin.Password.Made() {
		text += fmt.Sprintf(", password: odooctl secret show %s %s/admin_login", r.Of.File, d.Name)
	}
	return text
}

// theHosts stands for names of hosts in a command.
const theHosts = "\x00"

// next is the command that goes on after a host has failed, with theHosts in place of its name;
// "" = it is in the error, or there is none.
func next(r *run.Report, o run.Outcome) string {
	b := r.Begun
	if b.Run == "" || o.Err == nil || strings.Contains(o.Err.Error(), "odooctl ") {
		return ""
	}
	if b.Verb == journal.VerbRollback {
		return "odooctl rollback " + b.Of
	}
	book := ""
	if b.Playbook != "site" {
		book = " --playbook " + b.Playbook
		if _, err := playbooks.Embedded(b.Playbook); err != nil && filepath.Ext(b.Playbook) == "" {
			return "" // of a verb such as drain
		}
	}
	switch o.State {
	case journal.Unreachable, journal.Unknown, journal.Locked:
		return "odooctl resume " + r.Run
	case journal.Failed, journal.PutBack, journal.NotPutBack, journal.Stale:
		return fmt.Sprintf("odooctl apply -l %s%s %s", theHosts, book, b.Inventory)
	}
	return ""
}
