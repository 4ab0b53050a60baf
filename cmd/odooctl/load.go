package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/report"
	"odooctl/playbooks/run"
	"odooctl/tasks/nginx/site"
)

// hostOptions are the flags of every verb that works on hosts.
type hostOptions struct {
	limit        string
	tags         string
	allowRestart bool
	updates      string
	batches      string
	maxFailures  string
	atOnce       bool
	forks        int
	playbook     string
	lockTimeout  time.Duration
	timings      bool
	login        loginOptions
	plansOnly    bool               // the verb needs the plans of the hosts and nothing else
	watches      bool               // it needs run.Status
	stays        bool               // again and again
	noted        bool               // and they are applied; see run.Options
	note         site.Note          // of the plan file that is applied
	resumes      string             // the run that is resumed
	cut          map[int][][]string // its batches
	drained      map[string]int     // the hosts that it left drained
}

// flags adds the flags of the verbs that take a playbook.
func (o *hostOptions) flags(c *cobra.Command) {
	limitFlag(c, &o.limit)
	c.Flags().StringVarP(&o.tags, "tags", "t", "", "only these `tasks`: names such as odoo.conf,nginx, or tags of plays")
	c.Flags().StringVar(&o.playbook, "playbook", "site", "an embedded playbook, or the `file` of your own")
	o.wayFlags(c)
}

// limitFlag adds the flag of the verbs that may be told which hosts to work on.
func limitFlag(c *cobra.Command, limit *string) {
	c.Flags().StringVarP(limit, "limit", "l", "", "only these hosts: a `pattern` such as odoo:!app2, web[1:3], "+
		"@hosts.txt or @failed")
}

// updateFlag adds the flag of the verbs that may update modules.
func (o *hostOptions) updateFlag(c *cobra.Command) {
	c.Flags().StringVar(&o.updates, "update", "", "update these `modules` of Odoo where they are installed, even to the "+
		"same version: sale,stock")
}

// restartFlag adds the flag of the verbs whose plans may restart a service.
func (o *hostOptions) restartFlag(c *cobra.Command) {
	c.Flags().BoolVar(&o.allowRestart, "allow-restart", false, "restart PostgreSQL even if it serves databases that are "+
		"not in the inventory")
}

// wayFlags adds the flags for the way to several hosts. Verbs that are told otherwise which
// hosts to work on have these alone.
func (o *hostOptions) wayFlags(c *cobra.Command) {
	o.hostFlags(c)
	c.Flags().VarP(count(&o.forks, 1, maxForks), "forks", "f", "`hosts` at work at once")
}

// hostFlags adds those for the way to one host, or two.
func (o *hostOptions) hostFlags(c *cobra.Command) {
	o.forks = 100
	c.Flags().Var(span(&o.lockTimeout, 0, 24*time.Hour), "lock-timeout", "how long to wait for a host that another run "+
		"has locked")
	c.Flags().BoolVar(&o.timings, "timings", false, "show how each host was reached, and where its time went")
	o.login.flags(c)
}

// large is the size in bytes from which an inventory is taken to be that of hundreds
// of hosts. The garbage collector then runs twice as often, unless GOGC is set: see
// docs/performance.md. For a few hosts that would cost more time than it saves memory.
const large = 128 << 10

// many is the number of hosts from which the memory of the parsed file is returned to
// the system before the hosts are read.
const many = 500

// several is the number of hosts from which the garbage collector runs twice as often,
// too: what they send at once, hostile ones above all, is soon garbage.
const several = 20

// collectOften has the garbage collector run more often for an inventory of that many bytes, if
// that is large.
func (u *ui) collectOften(size int) {
	if size > large && u.env("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// load reads the inventory and shows its warnings. It ends when the operator ends the program.
func (u *ui) load(file string) (*inventory.Inventory, error) {
	if info, err := os.Stat(file); err == nil {
		u.collectOften(int(info.Size()))
	}
	inv, err := alone(u, func() (*inventory.Inventory, error) { return inventory.Load(file, u.machine()) })
	if err != nil {
		return nil, err
	}
	u.detailf("inventory: %s", inv.File)
	if u.revealed != nil {
		u.revealed.Store(inv.Revealed())
	}
	if len(inv.Hosts) >= several && u.env("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	for _, w := range inv.Warnings {
		fmt.Fprintln(u.err, finding(w, "warning"))
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
	book, err := playbooks.Parse(o.playbook, data, beside(o.playbook))
	if err != nil {
		return nil, err
	}
	book.File, err = filepath.Abs(o.playbook)
	return book, err
}

// bookOf makes the playbook of a verb from the inventory. It may say which hosts the
// verb is about.
type bookOf func(*inventory.Inventory, *hostOptions) (*playbooks.Playbook, error)

// theBook is the playbook that the flags name.
func theBook(_ *inventory.Inventory, o *hostOptions) (*playbooks.Playbook, error) { return o.book() }

// read loads the inventory, reads the hosts and plans. The caller closes the run.
func (u *ui) read(ctx context.Context, file string, o hostOptions, of bookOf) (*run.Run, error) {
	inv, err := u.load(file)
	if err != nil {
		return nil, err
	}
	book, err := of(inv, &o)
	if err != nil {
		return nil, err
	}
	return u.readHosts(ctx, inv, book, o)
}

// readHosts reads the hosts and plans. The caller closes the run.
func (u *ui) readHosts(ctx context.Context, inv *inventory.Inventory, book *playbooks.Playbook,
	o hostOptions) (*run.Run, error) {
	opts, err := u.options(ctx, inv, o)
	if err != nil {
		return nil, err
	}
	if len(inv.Hosts) >= many {
		debug.FreeOSMemory()
	}
	defer u.shows.show(ctx)()
	return run.Read(ctx, inv, book, opts)
}

// options are what a run takes from the flags and from this machine.
func (u *ui) options(ctx context.Context, inv *inventory.Inventory, o hostOptions) (run.Options, error) {
	limit, err := u.limit(o.limit)
	if err != nil {
		return run.Options{}, err
	}
	if o.atOnce {
		o.batches = playbooks.AtOnce
	}
	rolling, err := playbooks.ParseRoll(o.batches, o.maxFailures)
	if err != nil {
		return run.Options{}, err
	}
	network, err := u.network(ctx, inv, o.login)
	if err != nil {
		return run.Options{}, err
	}
	return run.Options{
		AllowRestart: o.allowRestart,
		Updates:      o.updates,
		BootID:       bootID(),
		Limit:        limit, Tags: o.tags, Rolling: rolling, Forks: o.forks, PlansOnly: o.plansOnly,
		Watch: o.watches, Stay: o.stays,
		Noted: o.noted, Note: o.note,
		LockTimeout: o.lockTimeout,
		Who:         u.who(),
		Connect:     network.Connect,
		Now:         time.Now,
		Rand:        rand.Reader,
		Keep:        func() error { return u.keep(inv) },
		Event:       u.progress,
		Ended:       (&report.Notifier{Inventory: inv, Version: version, Event: u.progress}).Tell,
		Runs:        u.runs(),
		Resumes:     o.resumes,
		Batches:     o.cut, Drained: o.drained,
		Approve: u.approve(),
		Call:    call,
		Version: version,
		Abort:   u.abort,
	}, nil
}

// who names the operator to anybody who finds a host locked.
func (u *ui) who() string { return u.operator() + " since " + time.Now().UTC().Format(time.RFC3339) }

// operator is user@machine.
func (u *ui) operator() string {
	name := "unknown"
	if me, err := user.Current(); err == nil {
		name = me.Username
	}
	if machine, err := os.Hostname(); err == nil {
		name += "@" + machine
	}
	return name
}

// approve returns the function that asks at the terminal; nil without one.
func (u *ui) approve() func(context.Context, string) bool {
	if u.tty == nil {
		return nil
	}
	return u.confirm
}

// bootID names the boot of this machine; "" where it has no such name.
func bootID() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return string(id)
}
