// Package journal keeps what runs did on the operator's machine, one file of JSON
// lines per run, and reads it again.
//
// A run writes as it goes, each line on the disk before the next thing happens:
//
//	w, err := journal.Create(dir, id, time.Now, hide)   // locked while this process lives
//	err = w.Write(journal.Entry{Type: journal.RunBegun, Run: id, ...})
//	err = w.Close()
//
// Later programs read it:
//
//	history, err := journal.History(dir)                // all runs, newest first
//	run, err := journal.Find(dir, journal.Last)         // one of them
//	for _, p := range run.Progress() { ... }            // how far it got on each host
//	left, err := journal.Resume(journal.Unfinished(history), inventoryDigest, playbookDigest)
//
// It knows nothing about playbooks or hosts: it has names, digests and states.
package journal
