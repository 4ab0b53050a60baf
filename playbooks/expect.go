package playbooks

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
)

// ErrMoved says that something is no longer as it was when a plan was made.
// Nothing was touched.
var ErrMoved = errors.New("moved since it was planned")

// Check compares the inventory and the playbook with those of the plan, before
// any host is asked. The error wraps ErrMoved.
func (p *PlanFile) Check(inv *inventory.Inventory, book *Playbook) error {
	s := seal{p.Salt}
	for _, in := range []struct {
		what, name, planned, now string
	}{
		{"inventory", p.Inventory.Path, p.Inventory.Digest, s.digest("inventory", inv.Digest)},
		{"playbook", cmp.Or(p.Playbook.Path, p.Playbook.Given), p.Playbook.Digest, s.digest("playbook", book.Digest)},
	} {
		if in.planned != in.now {
			return fmt.Errorf("%s: the %s %w on %s; nothing was touched on any host; plan again", in.name, in.what, ErrMoved, p.Made.Format(time.DateTime+" UTC"))
		}
	}
	return nil
}

// MovedError says what is no longer as it was planned on a host.
type MovedError struct {
	Host  string
	Moved []string // "file /etc/odoo/odoo.conf is different"
}

func (e *MovedError) Error() string {
	return fmt.Sprintf("%s: %v: %s; nothing was touched there; plan again", e.Host, ErrMoved, strings.Join(e.Moved, ", "))
}

func (e *MovedError) Unwrap() error { return ErrMoved }

// Expect compares every host's plan with the one in the file. A host whose plan
// is another one becomes Stale with a MovedError, and Apply leaves it out, and
// what needs it. Program is the version of odooctl, for the message.
func (r *Run) Expect(f *PlanFile, program string) {
	for _, is := range r.sealed(seal{f.Salt}) {
		was := f.host(is.Host)
		if is.State != journal.Unchanged || was != nil && was.State == journal.Unchanged && was.Digest == is.Digest {
			continue
		}
		err := &MovedError{Host: is.Host, Moved: moved(was, is)}
		if len(err.Moved) == 0 {
			err.Moved = []string{unseen(f.Program, program)}
		}
		r.note(is.Host, func(o *Outcome) { o.State, o.Err = journal.Stale, err })
	}
}

// moved tells the differences of two plans of one host, in words.
func moved(was, is *PlannedHost) (list []string) {
	switch {
	case was == nil:
		return []string{"the host is not in the plan"}
	case was.State != journal.Unchanged:
		return []string{fmt.Sprintf("it was %s then", was.State)}
	}
	old := map[[2]string]PlannedChange{}
	for _, c := range was.Changes {
		old[c.thing()] = c
	}
	for _, c := range is.Changes {
		o, ok := old[c.thing()]
		switch {
		case !ok:
			list = append(list, c.String()+" is new")
		case o != c:
			list = append(list, c.String()+" is different")
		}
		delete(old, c.thing())
	}
	for _, c := range was.Changes {
		if _, gone := old[c.thing()]; gone {
			list = append(list, c.String()+" is gone")
		}
	}
	return list
}

func (c PlannedChange) thing() [2]string { return [2]string{c.Kind, c.Name} }

func (c PlannedChange) String() string {
	if c.Kind == "action" {
		return "action on " + c.Name
	}
	return c.Kind + " " + c.Name
}

// unseen tells what can have moved where every line is the same.
func unseen(planned, now string) string {
	if planned != now {
		return fmt.Sprintf("it was planned with odooctl %s, and this is %s", planned, now)
	}
	return "the same things change, but a secret among them or a step that makes or checks them is different"
}
