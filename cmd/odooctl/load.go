package main

import (
	"context"
	"crypto/rand"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
)

// hostOptions are the flags of every verb that works on hosts.
type hostOptions struct {
	limit       string
	forks       int
	playbook    string
	lockTimeout time.Duration
	timings     bool
	askSudo     bool
	resumes     string // the run that is gone on with
}

func (o *hostOptions) flags(c *cobra.Command) {
	c.Flags().StringVarP(&o.limit, "limit", "l", "", "only these hosts: a `pattern` such as odoo:!app2 or web[1:3]")
	c.Flags().IntVarP(&o.forks, "forks", "f", 50, "hosts at work at once")
	c.Flags().DurationVar(&o.lockTimeout, "lock-timeout", 0, "wait so long for a host that another run has locked")
	c.Flags().BoolVar(&o.timings, "timings", false, "show how each host was done, and how long it took")
	o.sudoFlag(c)
	c.Flags().StringVar(&o.playbook, "playbook", "site", "embedded playbook, or the `file` of your own")
}

// load reads the inventory and shows its warnings.
func (u *ui) load(file string) (*inventory.Inventory, error) {
	home, _ := os.UserHomeDir()
	inv, err := inventory.Load(file, inventory.Options{Env: u.env, Home: home})
	if err != nil {
		return nil, err
	}
	for _, w := range inv.Warnings {
		u.warnf("%s", w.Error())
	}
	return inv, nil
}

func (o *hostOptions) book() (*playbooks.Playbook, error) {
	if filepath.Ext(o.playbook) == "" {
		return playbooks.Embedded(o.playbook)
	}
	data, err := os.ReadFile(o.playbook)
	if err != nil {
		return nil, err
	}
	book, err := playbooks.Parse(o.playbook, data)
	if err != nil {
		return nil, err
	}
	book.File, err = filepath.Abs(o.playbook)
	return book, err
}

// read loads the inventory, reads the hosts and plans. The caller closes the run.
func (u *ui) read(ctx context.Context, file string, o hostOptions) (*playbooks.Run, error) {
	inv, err := u.load(file)
	if err != nil {
		return nil, err
	}
	book, err := o.book()
	if err != nil {
		return nil, err
	}
	return u.readHosts(ctx, inv, book, o)
}

// readHosts reads the hosts and plans. The caller closes the run.
func (u *ui) readHosts(ctx context.Context, inv *inventory.Inventory, book *playbooks.Playbook, o hostOptions) (*playbooks.Run, error) {
	opts, err := u.options(ctx, o)
	if err != nil {
		return nil, err
	}
	return playbooks.Read(ctx, inv, book, opts)
}

// options is what a run takes from the flags and from this machine.
func (u *ui) options(ctx context.Context, o hostOptions) (playbooks.Options, error) {
	login := u.login()
	var err error
	if login.SudoPassword, err = u.sudoPassword(ctx, o.askSudo); err != nil {
		return playbooks.Options{}, err
	}
	return playbooks.Options{
		Limit: o.limit, Forks: o.forks, LockTimeout: o.lockTimeout,
		Who:     u.who(),
		Connect: playbooks.Connector(login),
		Now:     time.Now,
		Rand:    rand.Reader,
		Event:   u.progress,
		Runs:    u.runs(),
		Resumes: o.resumes,
		Version: version,
		Abort:   u.abort,
	}, nil
}

// login is what the operator's own machine brings to a connection.
func (u *ui) login() playbooks.Login {
	l := playbooks.Login{Agent: u.env("SSH_AUTH_SOCK")}
	if me, err := user.Current(); err == nil {
		l.User = me.Username
	}
	if home, err := os.UserHomeDir(); err == nil {
		for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
			if key := filepath.Join(home, ".ssh", name); exists(key) {
				l.Identities = append(l.Identities, key)
			}
		}
		l.KnownHosts = []string{filepath.Join(home, ".ssh", "known_hosts")}
	}
	return l
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// who names the operator to whoever finds a host locked.
func (u *ui) who() string {
	name := "unknown"
	if me, err := user.Current(); err == nil {
		name = me.Username
	}
	if machine, err := os.Hostname(); err == nil {
		name += "@" + machine
	}
	return name + " since " + time.Now().UTC().Format(time.RFC3339)
}
