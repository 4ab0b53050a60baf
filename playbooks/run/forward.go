package run

import (
	"context"
	"fmt"
	"net"
	"strconv"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/connect"
	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/remote/forward"
	"odooctl/tasks"
	"odooctl/tasks/postgresql"
)

// Forward is a way from this machine to the PostgreSQL of a deployment, through the
// login to its host.
type Forward struct {
	Deployment *inventory.Deployment
	Host       string // of the inventory
	Database   string // the first of the deployment's, or postgres
	Role       string

	*forward.Forward
}

// OpenForward logs in to the database host of a deployment, which must have one, and
// proves that PostgreSQL answers there. The port is the inventory's; if that leaves it
// out, the host is asked, as root. Of o it uses Now, Rand and Event. The caller calls
// Serve, which ends it.
func OpenForward(ctx context.Context, inv *inventory.Inventory, n *connect.Network, d *inventory.Deployment,
	o Options) (*Forward, error) {
	o.defaults()
	h := d.PostgreSQL.Host
	f := &Forward{Deployment: d, Host: h.Name, Database: "postgres", Role: d.PostgreSQL.Role.Name}
	if d.Odoo != nil && len(d.Odoo.Databases) > 0 {
		f.Database = d.Odoo.Databases[0]
	}
	f.Forward = &forward.Forward{
		Dial:  func(ctx context.Context) (forward.Client, error) { return n.Dial(ctx, h) },
		Event: func(text string) { o.Event(Event{Type: journal.Said, Host: h.Name, Text: text}) },
	}
	err := f.Connect(ctx, func(c forward.Client) (err error) {
		client := c.(*remote.Client)
		if f.Target, err = serverAddress(ctx, inv, d, client, o); err != nil {
			return err
		}
		if err = forward.Probe(ctx, c, f.Target); remote.IsForbidden(err) {
			return n.Forbidden(ctx, h, client, f.Target, err)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// ForwardExit is the exit code for an error of Forward and of Serve: 4 if the login to the
// host failed, 2 if something else failed later.
func ForwardExit(err error) int {
	if failure(err) == journal.Unreachable && !remote.IsRefused(err) {
		return 4
	}
	return 2
}

// serverAddress is the address at which the host reaches a deployment's PostgreSQL.
func serverAddress(ctx context.Context, inv *inventory.Inventory, d *inventory.Deployment, client *remote.Client,
	o Options) (string, error) {
	h := d.PostgreSQL.Host
	if port := d.PostgreSQL.Port; port != 0 {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), nil
	}
	shell := connect.Borrow(client)
	find := &whereabouts{deployment: d}
	book := &playbooks.Playbook{Name: "tunnel", Plays: []playbooks.Play{
		{Name: "PostgreSQL", Hosts: h.Name, Tasks: []tasks.NamedTask{{Name: "tunnel", Task: find}}},
	}}
	run, err := Read(ctx, inv, book, Options{
		Limit: h.Name, Now: o.Now, Rand: o.Rand, Event: o.Event,
		Connect: func(context.Context, *inventory.Host) (connect.Shell, error) { return shell, nil },
	})
	if err != nil {
		return "", err
	}
	if err := run.Report().Outcomes[0].Err; err != nil {
		return "", err
	}
	return find.target, shell.Close()
}

// whereabouts is a task that only reads: the address on which a deployment's server
// listens.
type whereabouts struct {
	deployment *inventory.Deployment
	target     string
}

// Plan implements tasks.Task.
func (w *whereabouts) Plan(h *tasks.Host) error {
	c, err := postgresql.Server(h, w.deployment)
	if err != nil {
		return err
	}
	if !c.Running {
		return fmt.Errorf("PostgreSQL %s does not run; start it with `systemctl start %s`", c.ID(), c.Unit)
	}
	w.target = net.JoinHostPort(postgresql.ParseListen(c.Hosts).Local(), strconv.Itoa(c.Port))
	return nil
}

// NearEnd is where this machine reaches its own listener: the loopback, for one that
// listens on all addresses.
func NearEnd(addr net.Addr) (host, port string) {
	host, port, _ = net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return host, port
}
