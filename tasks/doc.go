// Package tasks says what each host should look like. It is pure: it reads nothing and
// runs nothing.
//
// A task edits a picture of the host, and the engine shows the difference:
//
//	func (t Motd) Plan(h *tasks.Host) error {
//		h.File("/etc/motd").SetText("hello\n")
//		return nil
//	}
//
// The methods of Host are what a task can read and change. The caller, which connects
// to the hosts, has a Picture of each, and loops until there are no open questions:
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
//	script, payload := plan.Pack(run)     // one script that applies it all, or undoes it all
//
// What was not read yet looks absent to a task, and the question is recorded; the
// result of such a round is discarded, and the task is planned again with the answers.
// A task that cannot continue without an answer returns ErrUnread.
//
// A picture consists of kinds of things, and systems add their own: see Kind,
// RegisterKinds and RegisterFacts.
//
// Tests of tasks are data: see package tasktest.
//
// Plan and apply share one path: what is printed is what is packed. Undo is the same
// plan with before and after exchanged.
package tasks
