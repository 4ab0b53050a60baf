package tunnel

import (
	"cmp"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/probe"
)

// Probe returns shell, to be run as root on the Odoo host h, that proves a tunnel by
// identity: PostgreSQL answers through it, and its system identifier is the right
// server's. It logs in as Odoo does, with the password in odoo.conf. It prints one
// line, which Found parses, and succeeds if all is well.
func Probe(h *tasks.Host, d *inventory.Deployment, o Odoo, server *cluster.Cluster) string {
	host, port := Reach(h, d, 0)
	system := server.System
	if !server.Running {
		system = "-"
	}
	return probe.Identity(cmp.Or(o.Python, "python3 -I"), o.Config, host, port, system, d.PostgreSQL.Host.Name, Unit(d))
}

// Finding is the result of a Probe.
type Finding struct {
	Word Word
	Text string // for a person
}

// Word classifies the state of a tunnel.
type Word string

// The states.
const (
	OK      Word = "ok"
	Down    Word = "down"    // nothing listens
	Stale   Word = "stale"   // a socket without a listener
	Silent  Word = "silent"  // the link is dead and ssh has not noticed yet
	Dead    Word = "dead"    // it listens, and the far end does not answer
	Foreign Word = "foreign" // not PostgreSQL
	Refused Word = "refused" // a PostgreSQL that rejects the role
	Wrong   Word = "wrong"   // another PostgreSQL
)

// Found parses the output of a Probe. If that has no result, such as on a host without
// Python, the word is "".
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
