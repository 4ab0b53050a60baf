// Package tasks says what each host should look like. It is pure: it reads
// nothing and runs nothing.
//
// A task edits a picture of the host, and the engine shows the difference:
//
//	func (t Motd) Plan(h *tasks.Host) error {
//		h.File("/etc/motd").SetText("hello\n")
//		return nil
//	}
//
// What a task may ask of a host and do to it are the methods of Host. The caller owns
// the way to the hosts, and has a Picture of each. It goes round until nothing is asked:
//
//	fleet := tasks.NewFleet(inv, now)
//	for {
//		asking := fleet.Plan(stages)      // pure; microseconds
//		if len(asking) == 0 { break }
//		for _, h := range asking {         // one script per host answers all questions
//			out := run(h.ReadScript(nonce))
//			err := h.Learn(nonce, out)
//		}
//	}
//	plan := h.Plan(first, last)           // what differs, stage by stage
//	script, payload := plan.Pack(run)     // one script makes it, checks it, or puts all back
//
// A thing that was not read yet looks absent to a task, and the question is
// noted; whatever the task does or returns in such a round is thrown away, and
// it is planned again when the answers are there. A task that cannot go on
// without an answer returns ErrUnread.
//
// What a picture holds is made of kinds of things, and systems add theirs: see Kind,
// RegisterKinds and RegisterFacts.
//
// Tests of tasks are data: see package tasktest.
//
// Plan and apply share one path: what is printed is what is packed. Undo is the
// same plan with before and after exchanged.
package tasks
