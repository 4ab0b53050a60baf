package site

import (
	"testing"
	"time"
)

func TestNotes(t *testing.T) {
	t.Parallel()
	const file = Header + `upstream odoo_one_http {
    server 192.168.1.11:8069 down;
    server 192.168.1.12:8069;
}
`
	since := time.Date(2026, 11, 30, 14, 2, 5, 0, time.UTC)
	run, person := Note{Who: "anna@desk", Run: "20261130T140205-7f3a", Since: since},
		Note{Who: "bob smith\n}@desk", Since: since}
	text := WithNote(file, "192.168.1.11", &run)
	if want := file + "# Out of service: 192.168.1.11, since 2026-11-30T14:02:05Z, by anna@desk, for run " +
		"20261130T140205-7f3a\n"; text != want {
		t.Errorf("%q, want %q", text, want)
	}
	if got := Notes(text)["192.168.1.11"]; got != run {
		t.Errorf("%+v, want %+v", got, run)
	}
	if got := WithNote(text, "192.168.1.11", nil); got != file {
		t.Errorf("without its note: %q", got)
	}
	text = WithNote(WithNote(text, "192.168.1.11", &person), Shown, &run)
	notes := Notes(text)
	if n := notes["192.168.1.11"]; len(notes) != 2 || n.Who != "bob_smith___desk" && n.Who != "bob_smith__@desk" ||
		n.Run != "" || notes[Shown] != run {
		t.Errorf("%+v", notes)
	}
	if got := Serving(text); got != Serving(file) {
		t.Errorf("a note is no part of what is served: %q", got)
	}
	// The page is not shown, so what is said of it goes.
	if got := Notes(KeepNotes(file, text)); len(got) != 1 || got["192.168.1.11"].Run != "" {
		t.Errorf("kept: %+v", got)
	}
	if got := KeepNotes(Serving(file), text); got != Serving(file) {
		t.Errorf("kept of hosts that serve: %q", got)
	}
	if got := run.String(); got != "since 2026-11-30 14:02 UTC, by anna@desk, for run 20261130T140205-7f3a" {
		t.Error(got)
	}
}
