// Package playbooks says who gets what, in which order, and what happened.
//
// A playbook is a list of plays in YAML: hosts, and the tasks for them. The
// embedded ones are the files beside this one.
//
//	book, err := playbooks.Embedded("site")
//	run, err := playbooks.Read(ctx, inv, book, options)   // connects, reads, plans
//	defer run.Close()
//	for _, p := range run.Plans() { ... }                 // what would change
//	report, err := run.Apply(ctx)                         // changes it, and keeps a journal
//
// Reading and applying use one connection per host and one shell on it.
package playbooks
