package planfile

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"odooctl/playbooks/journal"
)

// ErrMoved says that something is no longer as it was when a plan was made.
// Nothing was touched.
var ErrMoved = errors.New("moved since it was planned")

// Check compares the digests of the inventory and the playbook with those of the plan,
// before any host is asked. The error wraps ErrMoved.
func (p *File) Check(inventory, playbook string) error {
	s := seal{p.Salt}
	for _, in := range []struct {
		what, name, planned, now string
	}{
		{"inventory", p.Inventory.Path, p.Inventory.Digest, s.digest("inventory", inventory)},
		{"playbook", cmp.Or(p.Playbook.Path, p.Playbook.Given), p.Playbook.Digest, s.digest("playbook", playbook)},
	} {
		if in.planned != in.now {
			return fmt.Errorf("%s: the %s %w on %s; nothing was touched on any host; plan again", in.name, in.what, ErrMoved,
				p.Made.Format(time.DateTime+" UTC"))
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

// Compare compares the plan of a host with the one in the file. The error is a
// MovedError. Program is the version of odooctl, for the message.
func (p *File) Compare(is *Host, program string) error {
	was := p.Host(is.Host)
	if was != nil && was.State == journal.Unchanged && was.Digest == is.Digest {
		return nil
	}
	err := &MovedError{Host: is.Host, Moved: moved(was, is)}
	if len(err.Moved) == 0 {
		err.Moved = []string{unseen(p.Program, program)}
	}
	return err
}

// moved describes the differences between two plans of one host.
func moved(was, is *Host) (list []string) {
	switch {
	case was == nil:
		return []string{"the host is not in the plan"}
	case was.State != journal.Unchanged:
		return []string{fmt.Sprintf("it was %s then", was.State)}
	}
	old := map[[2]string]Change{}
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

func (c Change) thing() [2]string { return [2]string{c.Kind, c.Name} }

func (c Change) String() string {
	if c.Kind == "action" {
		return "action on " + c.Name
	}
	return c.Kind + " " + c.Name
}

// unseen describes what can have moved if every line is the same.
func unseen(planned, now string) string {
	if planned != now {
		return fmt.Sprintf("it was planned with odooctl %s, and this is %s", planned, now)
	}
	return "the same things change, but a secret among them or a step that makes or checks them is different"
}
