// Package run runs playbooks on the hosts of an inventory: it reads, plans, applies in the
// order of the plays, in batches where a play rolls, drains hosts, puts back, rolls back,
// resumes, and says what became of each host.
//
//	r, err := run.Read(ctx, inv, book, options)    // connects, reads, plans
//	defer r.Close()
//	for _, p := range r.Plans() { ... }            // what would change
//	report, err := r.Apply(ctx)                    // changes it, and keeps a journal
//
// Reading and applying use one connection per host and one shell on it.
package run
