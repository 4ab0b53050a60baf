package run

import (
	"context"
	"errors"
	"fmt"

	"odooctl/tasks"
)

// Refused joins the errors about input that cannot be used, such as an expired certificate,
// host by host; nil if there are none. If there are, Apply touches no host, not even those
// that the input is not for.
func (r *Run) Refused() error {
	var errs []error
	for _, ih := range r.inv.Hosts {
		var input *tasks.InputError
		if o := r.outcomes[ih.Name]; o != nil && errors.As(o.Err, &input) {
			errs = append(errs, input)
		}
	}
	return errors.Join(append(distinct(errs), r.together())...)
}

func (r *Run) refuse(context.Context) error { return r.Refused() }

// together refuses a run that would put back all that it did if one host fails, and that
// has deployments that share no hosts.
func (r *Run) together() error {
	for _, play := range r.book.Plays {
		if play.Rolling == nil || !play.Rolling.RollbackRun {
			continue
		}
		var busy []string
		for _, p := range r.parts {
			for _, h := range p {
				picture := r.fleet.Host(h.Name)
				if r.outcomes[h.Name] != nil && picture.Err() == nil && !r.whole(picture).Empty() {
					busy = append(busy, h.Name)
					break
				}
			}
		}
		if len(busy) > 1 {
			return fmt.Errorf("play %s puts back the whole run if a host fails, and the hosts around %s and those around %s "+
				"share no deployment: update one deployment after the other, with -l NAME", play.Name, busy[0], busy[1])
		}
	}
	return nil
}

// distinct removes duplicate errors of several hosts.
func distinct(errs []error) (list []error) {
	seen := map[string]bool{}
	for _, err := range errs {
		if !seen[err.Error()] {
			seen[err.Error()] = true
			list = append(list, err)
		}
	}
	return list
}
