package postgresql

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
)

// grantsFile lists the temporary grants on the host of the servers, one per line.
// Access reads it, so that no run removes a grant early or keeps it too long.
const grantsFile = "/etc/odooctl-grants"

// Grant lets an address range reach the databases of a deployment until a time. The
// host itself revokes it then, by a systemd timer, which survives a reboot and needs no
// connection. Access, planned after it, writes the row.
type Grant struct {
	Deployment *inventory.Deployment
	From       netip.Prefix
	Until      time.Time // zero: revoke the grant now
}

// grant is a parsed line of the file.
type grant struct {
	until      time.Time
	deployment string
	from       netip.Prefix
}

var grantLine = regexp.MustCompile(`^(\S+) (\S+) (\S+)$`)

func (g grant) String() string {
	return fmt.Sprintf("%s %s %s", g.until.UTC().Format(time.RFC3339), g.deployment, g.from)
}

// comment ends the row of a grant in pg_hba.conf, by which the host finds it.
func (g grant) comment() string {
	return fmt.Sprintf("%s, until %s", g.deployment, g.until.UTC().Format(time.RFC3339))
}

// unit names the timer of a grant and its service, without .timer and .service.
func (g grant) unit() string {
	return "odooctl-grant-" + g.deployment + "-" +
		regexp.MustCompile(`[^0-9a-f]+`).ReplaceAllString(g.from.String(), "-")
}

// grants parses the grants of a host. Invalid lines are skipped.
func grants(text string) (list []grant) {
	for line := range strings.Lines(text) {
		m := grantLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		until, err := time.Parse(time.RFC3339, m[1])
		from, err2 := netip.ParsePrefix(m[3])
		if err == nil && err2 == nil {
			list = append(list, grant{until, m[2], from})
		}
	}
	return list
}

// granted lists the unexpired grants of a deployment, by the host's clock.
func granted(h *tasks.Host, d *inventory.Deployment) []grant {
	return slices.DeleteFunc(grants(h.File(grantsFile).Text()), func(g grant) bool {
		return g.deployment != d.Name || !g.until.After(h.Clock())
	})
}

// Plan implements tasks.Task.
func (g Grant) Plan(h *tasks.Host) error {
	file := h.File(grantsFile)
	own := grant{h.TheirTime(g.Until), g.Deployment.Name, g.From}
	server, err := Server(h, g.Deployment)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(grants(file.Text()), func(o grant) bool { return o.unit() == own.unit() })
	if g.Until.IsZero() {
		keepGrants(file, others)
		h.NotAt(own.unit())
		return nil
	}
	if !server.Running {
		return errorAt(g.Deployment, "PostgreSQL %s does not run; start it with `systemctl start %s`", server.ID(),
			server.Unit)
	}
	if !ParseListen(server.Hosts).Reachable() {
		return errorAt(g.Deployment,
			"PostgreSQL %s listens on %q only, where %s cannot come from: open a tunnel (odooctl tunnel up), or let it listen "+
				"on the network first", server.ID(), server.Hosts, g.From)
	}
	keepGrants(file, append(others, own))
	return h.At(own.unit(), own.until, "End of what "+own.from.String()+" was let in for", grantEnd, own.end(server)...)
}

func keepGrants(file *tasks.File, list []grant) {
	if len(list) == 0 {
		file.Remove()
		return
	}
	text := ""
	for _, g := range list {
		text += g.String() + "\n"
	}
	file.SetText(text).Own("root", "root", 0o644)
}

func errorAt(d *inventory.Deployment, format string, args ...any) error {
	return fmt.Errorf("%s: %w", d.PostgreSQL.Pos, fmt.Errorf(format, args...))
}
