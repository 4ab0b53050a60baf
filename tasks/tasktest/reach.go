package tasktest

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"odooctl/tasks/postgresql/hba"
)

func init() {
	fakes["output"] = fake{answer: func(h *host, q questions, part func(name, text string)) {
		for i, said := range h.answerOutputs(q["output"]) {
			part(fmt.Sprint("output ", i), said)
		}
	}}
	fakes["probe"] = fake{answer: one("probe", "probes", (*host).answerProbes)}
}

func (h *host) answerProbes(shells []string) (text string) {
	for _, shell := range shells {
		if slices.ContainsFunc(h.holds, func(part string) bool { return strings.Contains(shell, part) }) {
			text += "1\n"
		} else {
			text += "0\n"
		}
	}
	return text
}

// refuses reports whether shell fails, as the test has it.
func (h *host) refuses(shell string) bool {
	return slices.ContainsFunc(h.fails, func(part string) bool { return strings.Contains(shell, part) })
}

// answerOutputs is what the host's shell prints: what the test says, or how the
// server at an address lets the host in.
func (h *host) answerOutputs(shells []string) (list []string) {
	for _, s := range shells {
		said := ""
		if strings.Contains(s, "sys.version_info") {
			said = h.python
		} else if h.output != nil {
			said = *h.output
		} else if m := asksServer.FindStringSubmatch(s); m != nil {
			said = h.knock(commands(m[1])[0])
		}
		list = append(list, said)
	}
	return list
}

// asksServer finds the arguments of the program that tests a login to PostgreSQL.
var asksServer = regexp.MustCompile(`(?m)^exec python3 -I -S -W ignore - knock (.*) <<'END'$`)

// knock answers as the PostgreSQL at ADDRESS PORT does to USER MODE DATABASE..., by its
// listen_addresses, its pg_hba.conf and its roles.
func (h *host) knock(args []string) (text string) {
	for _, db := range args[4:] {
		text += db + " " + h.knockOn(args[0], args[1], args[2], db) + "\n"
	}
	return text + "libpq 15\n"
}

func (h *host) knockOn(address, port, user, db string) string {
	for _, server := range h.all.list {
		for _, c := range server.clusters {
			if !server.hasFact("address "+address) || strconv.Itoa(c.port) != port || !server.units[c.unit()].active {
				continue
			}
			if listen := c.settings["listen_addresses"].Value; !strings.Contains(listen, address) &&
				!strings.Contains(listen, "*") {
				continue
			}
			return h.admit(server, c, user, db)
		}
	}
	return "unreachable [Errno 111] Connection refused"
}

func (h *host) admit(server *host, c *cluster, user, db string) string {
	text := strings.ReplaceAll(server.files[c.config+"/pg_hba.conf"].Text,
		"include_if_exists "+hba.IncludedFile+" # odooctl managed\n", server.files[c.config+"/"+hba.IncludedFile].Text)
	tls := c.settings["ssl"].Value == "on"
	r := hba.Parse(text, c.major()).Match(hba.Conn{Address: h.address(), TLS: tls, Database: db, User: user})
	if r == nil {
		return fmt.Sprintf("rejected 28000 no pg_hba.conf entry for host %q, user %q, database %q",
			h.address(), user, db)
	}
	found := "allowed " + r.Method + " plain"
	if role := c.roles[user]; role != nil {
		if _, rest, ok := strings.Cut(role.Password, "SCRAM-SHA-256$4096:"); ok {
			salt, _, _ := strings.Cut(rest, "$")
			found += " " + salt
		}
	}
	return found
}

func (h *host) hasFact(prefix string) bool {
	for _, f := range h.facts {
		if strings.HasPrefix(f, prefix+"/") {
			return true
		}
	}
	return false
}

// address is the host's own in its network.
func (h *host) address() (a netip.Addr) {
	for _, f := range h.facts {
		if text, ok := strings.CutPrefix(f, "address "); ok {
			if p, err := netip.ParsePrefix(text); err == nil {
				a = p.Addr()
			}
		}
	}
	return a
}
