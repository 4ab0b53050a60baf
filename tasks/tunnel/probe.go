package tunnel

import (
	"cmp"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/probe"
)

// Probe returns shell, to be run as root on the Odoo host that h pictures, that
// proves a tunnel by identity: PostgreSQL answers through it, and its system
// identifier is that of the server that is meant. It logs in as Odoo does, with
// the password that stands in odoo.conf. It prints one line, which Found reads,
// and succeeds where all is well.
func Probe(h *tasks.Host, d *inventory.Deployment, o Odoo, server *cluster.Cluster) string {
	host, port := Reach(h, d, 0)
	system := server.System
	if !server.Running {
		system = "-"
	}
	return probe.Identity(cmp.Or(o.Python, "python3 -I"), o.Config, host, port, system, d.PostgreSQL.Host.Name, Unit(d))
}

// Finding is what a Probe found.
type Finding struct {
	Word Word
	Text string // for a person
}

// Word says in what way a tunnel works or does not.
type Word string

// The words of a Probe.
const (
	OK      Word = "ok"
	Down    Word = "down"    // nothing listens
	Stale   Word = "stale"   // a socket that nobody serves
	Silent  Word = "silent"  // the link is dead and ssh has not noticed yet
	Dead    Word = "dead"    // it listens, and the far end does not answer
	Foreign Word = "foreign" // what answers is no PostgreSQL
	Refused Word = "refused" // a PostgreSQL that does not let the role in
	Wrong   Word = "wrong"   // another PostgreSQL
)

// Found reads what a Probe printed. Without a line of its own, such as on a host
// without Python, the word is "".
func Found(output string) Finding {
	for line := range strings.Lines(output) {
		word, text, ok := strings.Cut(strings.TrimSpace(line), ": ")
		switch w := Word(word); w {
		case OK, Down, Stale, Silent, Dead, Foreign, Refused, Wrong:
			if ok {
				return Finding{w, text}
			}
		}
	}
	return Finding{"", strings.TrimSpace(output)}
}

// complain is shell that prints what a Probe found, unless all is well.
func complain(shell string) string {
	return "t=$(" + shell + ") || echo \"the tunnel: $t\""
}
