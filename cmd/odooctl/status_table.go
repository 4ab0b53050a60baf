package main

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/playbooks/run"
	"odooctl/tasks"
	"odooctl/tasks/certificate"
	"odooctl/tasks/tunnel"
)

// showTable prints rows below their titles. Columns that say nothing are left out, and on a narrow
// terminal some others, of which the notes below a row tell what is wrong.
func (u *ui) showTable(titles []string, rows []row, spare ...int) {
	t := newTable()
	t.terse, t.spare, t.paint = true, spare, u.paint
	t.rows = append([]row{{cells: titles, sign: '@'}}, rows...)
	_ = t.write(u.out, u.width())
}

// showStatus prints a table of the hosts, one of the deployments, and the sum.
func (u *ui) showStatus(hosts []run.Status, deployments []run.Deployment, unfinished []*journal.Record, now time.Time) {
	var rows []row
	count := map[string]int{}
	pending := 0
	for _, s := range hosts {
		rows = append(rows, hostRow(s, deployments, now))
		count[run.Well(s, deployments)]++
		pending += s.Pending
	}
	u.showTable([]string{"HOST", "STATE", "LOAD", "ODOO", "POSTGRESQL", "NGINX", "CERT", "PENDING"}, rows,
		2, 6, 5, 4, 3)
	if rows = nil; len(deployments) > 0 {
		for _, d := range deployments {
			rows = append(rows, deploymentRow(d))
		}
		u.printf("\n")
		u.showTable([]string{"DEPLOYMENT", "STATE", "ODOO", "TUNNELS"}, rows)
	}
	u.printf("\n")
	for _, r := range unfinished {
		u.printf("run %s has not done all that it should: odooctl resume %[1]s\n", r.ID)
	}
	text := tasks.Plural(len(hosts), "host") + ":"
	for _, word := range []string{"up", "drained", "down"} {
		if count[word] > 0 || word == "up" {
			text += fmt.Sprintf(" %d %s,", count[word], word)
		}
		delete(count, word)
	}
	for _, s := range hosts {
		if word := run.Well(s, deployments); count[word] > 0 {
			text += fmt.Sprintf(" %d %s,", count[word], word)
			delete(count, word)
		}
	}
	u.printf("%s; %s pending\n", strings.TrimSuffix(text, ","), tasks.Plural(pending, "change"))
}

// hostRow is a host's line, and below it what is to be known of it.
func hostRow(s run.Status, deployments []run.Deployment, now time.Time) row {
	well := run.Well(s, deployments)
	r := row{sign: map[string]byte{"up": '+', "drained": '!'}[well]}
	if r.sign == 0 {
		r.sign = 'E'
	}
	if well == "down" {
		well = "DOWN"
	}
	load, pending := "-", "-"
	if s.Load >= 0 {
		load = fmt.Sprintf("%.2f of %d", s.Load, s.CPUs)
	}
	if s.State == journal.Unchanged {
		pending = strconv.Itoa(s.Pending)
	}
	web := "-"
	if s.Nginx != nil {
		web = how(s.Nginx.Service, s.Nginx.Version, now)
	}
	r.cells = []string{s.Host, well, load, odooCell(s, now), postgresqlCell(s, now), web, certificateCell(s.Expires),
		pending}
	for _, d := range s.Down() {
		r.notes = append(r.notes, note{'E', ended(d, now)})
	}
	for _, e := range s.Expires {
		if e.Standing != certificate.Fresh {
			r.notes = append(r.notes, note{expirySign(e.Standing), e.String()})
		}
	}
	for _, d := range s.Drift() {
		r.notes = append(r.notes, note{'!', d})
	}
	return r
}

// ended tells of a service that does not run: since when, how it ended, and what it said.
func ended(s tasks.Service, now time.Time) string {
	text := fmt.Sprintf("%s: %s", cmp.Or(s.Unit, "PostgreSQL"), s.Condition)
	if !s.Since.IsZero() {
		text += fmt.Sprintf(" since %s UTC, %s", s.Since.Format("2006-01-02 15:04"), age(now.Sub(s.Since)))
	}
	if s.Exit != "" {
		text += ", " + s.Exit
	}
	if s.Condition == tasks.Restarts && s.Count > 0 {
		text += ", started again " + tasks.Plural(s.Count, "time")
	}
	if s.Says != "" {
		text += "; it said: " + s.Says
	}
	return text
}

// how is a service in a cell: what it is while it runs, and since when it does not.
func how(s tasks.Service, what string, now time.Time) string {
	switch {
	case s.Condition == tasks.Runs:
		return cmp.Or(what, string(s.Condition))
	case !s.Down() || s.Since.IsZero():
		return string(s.Condition)
	}
	return fmt.Sprintf("%s %s", s.Condition, age(now.Sub(s.Since)))
}

func odooCell(s run.Status, now time.Time) string {
	var cells []string
	for _, o := range s.Odoo {
		if o.Does != "" {
			continue
		}
		what := o.Version
		if o.Mode != inventory.ModeMultiprocess {
			what += " " + string(o.Mode)
		}
		switch {
		case o.Busy < 0 && o.Workers > 0:
			what += fmt.Sprintf(", %s", tasks.Plural(o.Workers, "worker"))
		case o.Workers > 0:
			what += fmt.Sprintf(", %d of %d busy", o.Busy, o.Workers)
		case o.Busy >= 0:
			what += fmt.Sprintf(", %d busy", o.Busy)
		}
		cells = append(cells, how(o.Service, what, now))
	}
	return joined(cells)
}

func postgresqlCell(s run.Status, now time.Time) string {
	var cells []string
	for _, p := range s.PostgreSQL {
		version, _, _ := strings.Cut(p.Cluster, "/")
		what := fmt.Sprintf("%s :%d", version, p.Port)
		if p.Most > 0 {
			what += fmt.Sprintf(", %d of %d", p.Connections, p.Most)
		}
		cells = append(cells, how(p.Service, what, now))
	}
	return joined(cells)
}

func joined(cells []string) string { return cmp.Or(strings.Join(cells, "; "), "-") }

// certificateCell is the certificate that ends first.
func certificateCell(list []run.Expiry) string {
	least := time.Duration(math.MaxInt64)
	for _, e := range list {
		if least = min(least, e.Left); e.Standing != certificate.Fresh && e.Standing != certificate.Due {
			return "EXPIRED"
		}
	}
	if len(list) == 0 {
		return "-"
	}
	return fmt.Sprintf("%d d", int(math.Floor(least.Hours()/24)))
}

// deploymentRow is a deployment's line, and below it what is out of service.
func deploymentRow(d run.Deployment) row {
	r := row{sign: map[run.Serving]byte{run.Serves: '+', run.Partly: '!', run.Maintained: '!', run.NotKnown: '?',
		run.NotYet: '~'}[d.State]}
	state := string(d.State)
	if r.sign == 0 {
		r.sign = 'E'
	}
	if d.State == run.Down || d.State == run.Maintained {
		state = strings.ToUpper(state)
	}
	var tunnels []string
	for i, t := range d.Tunnels {
		is := "up"
		switch {
		case t.Health.Down():
			is = "DOWN"
		case t.Word != tunnel.OK && t.Word != "":
			is = strings.ToUpper(string(t.Word))
		}
		tunnels = append(tunnels, fmt.Sprintf("%s to %s %s", d.From[i], t.To, is))
	}
	r.cells = []string{d.Name, state, joined([]string{strings.Join(d.Hosts, ", ")}), joined(tunnels)}
	for _, out := range d.Out {
		r.notes = append(r.notes, note{'!', out.String()})
	}
	for _, what := range d.Down {
		r.notes = append(r.notes, note{'E', what + " does not run"})
	}
	return r
}

// expirySign marks a certificate: ! in the last third of its life, E once browsers refuse it.
func expirySign(s certificate.Standing) byte {
	if s == certificate.Due {
		return '!'
	}
	return 'E'
}

// age is how long something has been so: 40 s, 3 min, 5 h, 12 d.
func age(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", max(0, int(d.Seconds())))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}
