package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/report"
	"odooctl/playbooks/run"
	"odooctl/tasks"
)

type tunnelUpOptions struct {
	apply  applyOptions // of a tunnel between two hosts
	port   int
	bind   string
	expose bool
	exec   string
	span   time.Duration
}

func newTunnelUp(u *ui) *cobra.Command {
	var o tunnelUpOptions
	c := &cobra.Command{
		Use:   "up INVENTORY DEPLOYMENT | up INVENTORY HOST:PORT=HOST:PORT --for TIME",
		Short: "Open a tunnel from this machine to a deployment's PostgreSQL, or between two hosts",
		Long: `Open a tunnel from this machine to the PostgreSQL of a deployment, through the SSH
login to its host, and keep it open until Ctrl-C. Nothing is installed or changed
anywhere. Once PostgreSQL answers, a psql command that goes through it is printed.

PostgreSQL may restart meanwhile. If the SSH connection breaks, the connections through
it are reset, the port stays open, and odooctl tries to log in until it succeeds.

With --exec a shell command runs instead, and the tunnel ends with it. The command finds
the server in PGHOST, PGPORT, PGUSER and PGDATABASE and, if the inventory has the
password of the role, the password in a temporary file that PGPASSFILE names.

With HOST:PORT=HOST:PORT it makes a tunnel between two hosts of the inventory, for the
time of --for: app1:15432=db1:5432 lets app1 reach port 5432 of db1's loopback at
127.0.0.1:15432. It has a key of its own that can do nothing else, and the key of db1 is
pinned. Both hosts remove it by themselves when the time is over, even after a reboot;
an apply does not remove it earlier. It shows what it is going to do, asks and ends as
apply does.

Exit status:
  0    the time of --for is over
  1    usage or inventory, or the port is in use; nothing was touched
  2    the host does not allow it, PostgreSQL does not answer, or a login was refused later
  4    the host could not be reached
  130  ended by Ctrl-C or SIGTERM
  With --exec it is the command's own, or 128 plus the number of the signal that ended it.`,
		Example: `odooctl tunnel up mycompany --exec psql
odooctl tunnel up app1:15432=db1:5432 --for 2h # between two hosts`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			file, name := args[0], args[1]
			if playbooks.IsSpan(file) {
				file, name = name, file
			}
			if playbooks.IsSpan(name) {
				return u.spanUp(c.Context(), file, name, o)
			}
			return runTunnelUp(c.Context(), u, file, name, o)
		},
	}
	c.Flags().Var(count(&o.port, 0, 65535), "port", "listen on this port; 0 picks a free one")
	c.Flags().StringVar(&o.bind, "bind", "127.0.0.1", "listen on this `address` of this machine")
	c.Flags().BoolVar(&o.expose, "expose", false, "let --bind be an address that other machines reach")
	c.Flags().StringVar(&o.exec, "exec", "", "run this `command` through the tunnel, and end with it")
	c.Flags().Var(span(&o.span, time.Second, maxSpan), "for", "end after this time, such as 2h")
	o.apply.hostFlags(c)
	o.apply.askFlags(c)
	return c
}

func runTunnelUp(ctx context.Context, u *ui, file, name string, o tunnelUpOptions) error {
	if o.exec != "" && o.apply.output.json() {
		return errors.New("--exec and -o json both write to standard output: use one of them")
	}
	inv, err := u.load(file)
	if err != nil {
		return err
	}
	d, err := inv.FindDeployment(name, inventory.RolePostgreSQL)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, o)
	if err != nil {
		return err
	}
	defer listener.Close()
	network, err := u.network(ctx, inv, o.apply.login)
	if err != nil {
		return err
	}
	f, err := run.OpenForward(ctx, inv, network, d, run.Options{Now: time.Now, Rand: rand.Reader, Event: u.progress})
	if err != nil {
		return u.tunnelFailed(ctx, err)
	}
	u.release()
	if o.exec != "" {
		return u.execThrough(context.WithoutCancel(ctx), f, listener, o.exec)
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	return u.holdOpen(ctx, f, listener, o)
}

// holdOpen serves until a signal comes or the time is over.
func (u *ui) holdOpen(signaled context.Context, f *run.Forward, l net.Listener, o tunnelUpOptions) error {
	ctx, until := signaled, "Ctrl-C ends it"
	if o.span > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.span)
		defer cancel()
		until = "it ends after " + o.span.String() + ", or with Ctrl-C"
	}
	document := report.NewForwardDocument(f, l.Addr())
	fmt.Fprintf(u.err, "%s: %s is open, and goes to %s there; %s\n", f.Host, l.Addr(), f.Target, until)
	var err error
	if o.apply.output.json() {
		err = u.printJSON(document)
	} else {
		u.printf("%s\n", document.PSQL)
	}
	if err != nil {
		return err
	}
	err = f.Serve(ctx, l)
	n := f.Counts()
	fmt.Fprintf(u.err, "%s: %s closed after %s, %s to PostgreSQL, %s back\n", f.Host, l.Addr(),
		tasks.Plural(int(n.Connections.Load()), "connection"), volume(n.Sent.Load()), volume(n.Received.Load()))
	switch {
	case err != nil:
		return u.tunnelFailed(ctx, err)
	case signaled.Err() != nil:
		return codeError(exitInterrupted)
	}
	return nil
}

// tunnelFailed shows why a tunnel did not come up, or ended, and returns the exit code.
func (u *ui) tunnelFailed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	fmt.Fprintf(u.err, "odooctl: %s\n", tasks.Printable(err.Error()))
	return codeError(run.ForwardExit(err))
}

// listen takes the port before a password is asked for.
func listen(ctx context.Context, o tunnelUpOptions) (net.Listener, error) {
	addr, err := netip.ParseAddr(o.bind)
	switch {
	case o.bind == "localhost":
		addr = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case err != nil:
		return nil, fmt.Errorf("--bind %s: want an IP address of this machine, such as 127.0.0.1", o.bind)
	case !addr.IsLoopback() && !o.expose:
		return nil, fmt.Errorf("--bind %s: whoever reaches that address would reach PostgreSQL through the tunnel; say "+
			"--expose if you mean that", o.bind)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(addr.String(), strconv.Itoa(o.port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %d of %s is in use on this machine: choose another --port, or leave it out for a free "+
			"one", o.port, addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("--bind %s: this machine does not have that address", o.bind)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("port %d of %s: ports below 1024 are for root: choose another --port", o.port, addr)
	case err != nil:
		return nil, fmt.Errorf("listen: %w", err)
	}
	return l, nil
}

// volume is a number of bytes, for people.
func volume(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return tasks.Plural(int(n), "byte")
}
