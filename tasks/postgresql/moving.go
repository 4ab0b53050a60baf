package postgresql

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/conf"
)

func init() {
	tasks.Register("postgresql.close", "takes PostgreSQL off the network when its Odoo hosts come through tunnels",
		func() tasks.Task { return &Close{} })
}

// Close closes what Settings and Access left open for Odoo hosts that have been
// switched to their tunnels since, in the same run.
type Close struct{}

// Plan implements tasks.Task.
func (Close) Plan(h *tasks.Host) error {
	list, err := servers(h)
	if err != nil {
		return err
	}
	for _, s := range list {
		if !s.Running || !slices.ContainsFunc(s.deployments, comesByTunnel) {
			continue
		}
		if err := s.close(h); err != nil {
			return err
		}
	}
	return nil
}

func comesByTunnel(d *inventory.Deployment) bool {
	return d.PostgreSQL.Access == inventory.AccessTunnel
}

func (s *server) close(h *tasks.Host) error {
	want, err := s.wanted(h)
	if err != nil {
		return err
	}
	text, err := conf.Render(want)
	if err != nil {
		return fmt.Errorf("%s: %w", s.deployments[0].PostgreSQL.Pos, err)
	}
	f := h.File(s.own()).Hide(s.hiding())
	if old := f.Text(); len(want) > 0 && old != text {
		f.SetText(text)
		s.notify(h, old, want)
	}
	return s.access(h)
}

var (
	dbHost = regexp.MustCompile(`(?m)^\s*db_host\s*[=:]\s*(\S+)\s*$`)
	dbUser = regexp.MustCompile(`(?m)^\s*db_user\s*[=:]\s*(\S+)\s*$`)
)

// overNetwork reports whether PostgreSQL on the host that h pictures has to take
// connections of a deployment's Odoo hosts from the network: because the inventory
// says so, or because one of them still comes that way and is pointed at its
// tunnel later in the run. So no one is cut off in between.
func (s *server) overNetwork(h *tasks.Host, d *inventory.Deployment) (bool, error) {
	switch {
	case d.PostgreSQL.Access == inventory.AccessNetwork:
		return true, nil
	case d.PostgreSQL.Access != inventory.AccessTunnel || d.Odoo == nil:
		return false, nil
	}
	over := false
	for _, o := range d.Odoo.Hosts {
		peer, err := h.Peer(o.Name)
		var away *tasks.PeerError
		if errors.As(err, &away) {
			over = over || s.Hosts != "localhost"
			continue
		}
		if err != nil {
			return false, err
		}
		for _, p := range peer.Glob("/etc/odoo/*.conf") {
			text := peer.File(p).Text()
			host, user := dbHost.FindStringSubmatch(text), dbUser.FindStringSubmatch(text)
			over = over || host != nil && host[1] == h.Address && user != nil && user[1] == d.PostgreSQL.Role.Name
		}
	}
	return over, nil
}

// loopback is where tunnels and an Odoo on the same host connect from.
var loopback = netip.MustParsePrefix("127.0.0.1/32")

// closes reports whether the server is to be kept off the network: its deployments
// come through tunnels, and it listens elsewhere, or our file says so already.
func (s *server) closes(ownFile bool) bool {
	return slices.ContainsFunc(s.deployments, comesByTunnel) && (s.Hosts != "localhost" || ownFile)
}
