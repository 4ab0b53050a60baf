// Package report has what runs tell programs: every JSON document, its schema, and the
// notice of how a run ended.
//
//	d := report.NewPlanDocument(run, file)        // and likewise for the other documents
//	schema, err := report.Schema("plan")
//	options.Ended = (&report.Notifier{Inventory: inv, Event: say}).Tell
//
// Within a version of a document no key is renamed or changes its meaning.
package report
