package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/connect"
	"odooctl/remote"
	"odooctl/tasks/nginx/site"
)

// Options are what a run needs from outside.
type Options struct {
	Limit string // pattern of hosts; "" = all
	// AllowRestart lets the run restart servers that others use too.
	AllowRestart bool
	// Updates are modules of Odoo that are updated in any case, comma-separated.
	Updates   string
	Tags      string         // which tasks, as Playbook.Stages takes them; "" = all
	Rolling   playbooks.Roll // what the operator says about every play's batches
	Forks     int            // hosts at work at once; 0 = 100
	PlansOnly bool           // the pictures of hosts for which there is nothing to do are not needed
	// Noted: nginx's files say for which run an update of modules takes hosts out of service: this one, or the one that
	// has made the plan file that is applied, as Note.
	Noted   bool
	Note    site.Note
	Who     string // user@machine, shown to anybody who finds a host locked
	Connect func(ctx context.Context, h *inventory.Host) (connect.Shell, error)
	Now     func() time.Time
	Rand    io.Reader
	// Event is told what happens as it happens, from several goroutines; nil: not told. It must not
	// wait for anything.
	Event func(Event)
	// Keep writes down what planning has generated, such as passwords. It is called before
	// hosts get what was planned, and nothing is begun if it fails; nil: there is nothing
	// to keep.
	Keep func() error
	// Approve asks the operator whether a play that rolls may go on; nil: there is no
	// terminal to ask on.
	Approve func(ctx context.Context, question string) bool
	// Call runs a program of the operator with its arguments, and with variables,
	// NAME=VALUE, added to its environment; it returns what the program prints. nil:
	// programs cannot be run, which is an error if the inventory names one.
	Call func(ctx context.Context, argv, env []string) ([]byte, error)
	// Ended is told what became of the hosts when a run that changes some has ended; nil:
	// not told.
	Ended func(context.Context, *Report)
	// Sleep waits for a time, or until ctx ends, which is its error; nil: remote.Sleep.
	Sleep func(ctx context.Context, d time.Duration) error
	// LockTimeout is how long a host that another run has locked is waited for.
	LockTimeout time.Duration
	// Runs is the folder of the journals, created if it is missing; "" = no journal.
	Runs    string
	Resumes string // the run that this one resumes; "" = none
	// Batches are those of the run that this one resumes, by the position of their play.
	Batches map[int][][]string
	// Drained are hosts that the resumed run left drained, by the position of the play that
	// drained them.
	Drained map[string]int
	// BootID is that of the machine that this runs on, which is never rebooted; "" = it has
	// none.
	BootID  string
	Version string // of the program, for the journal
	// Abort, once closed, cuts the transactions in flight short; nil: never. The
	// end of the context of Apply lets them finish.
	Abort <-chan struct{}
	// Timeout bounds one transaction on one host; 0 = 30 minutes.
	Timeout time.Duration
}

func (o *Options) defaults() {
	if o.Forks == 0 {
		o.Forks = 100
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Minute
	}
	if o.Keep == nil {
		o.Keep = func() error { return nil }
	}
	if o.Approve == nil {
		o.Approve = func(context.Context, string) bool { return false }
	}
	if o.Call == nil {
		o.Call = func(context.Context, []string, []string) ([]byte, error) {
			return nil, errors.New("no program can be run here")
		}
	}
	if o.Ended == nil {
		o.Ended = func(context.Context, *Report) {}
	}
	if o.Sleep == nil {
		o.Sleep = remote.Sleep
	}
	if o.Event == nil {
		o.Event = func(Event) {}
	}
}

// keep writes down what planning has generated.
func (r *Run) keep(context.Context) error {
	if err := r.opts.Keep(); err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	return nil
}
