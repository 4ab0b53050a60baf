package playbooks

import (
	"errors"

	"odooctl/tasks"
)

// Refused joins what the operator gave and nobody can use, such as an expired
// certificate, host by host; nil where there is nothing. Apply touches no host
// then, not even those that it is not about.
func (r *Run) Refused() error {
	var errs []error
	for _, ih := range r.inv.Hosts {
		var input *tasks.InputError
		if o := r.outcomes[ih.Name]; o != nil && errors.As(o.Err, &input) {
			errs = append(errs, input)
		}
	}
	return errors.Join(distinct(errs)...)
}

// distinct leaves out what several hosts have in common.
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
