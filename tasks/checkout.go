package tasks

import (
	"cmp"
	"fmt"

	"odooctl/remote/shell"
)

const kindCheckout = "checkout"

// checkouts are looked at with the rights of who owns .git/config, for that says what
// git runs.
var checkouts = &Kind{
	Name: kindCheckout, Show: showCheckout, Compile: makeCheckout,
	at: &standing{
		within: "/.git/config/.", values: 5,
		state: func(_ *look, _ string, v []string) (State, error) { return checkoutOf(v), nil },
	},
}

// checkout is a working copy of a git repository, without a branch.
type checkout struct {
	Rev    string // a commit or a tag, as it was asked for
	Commit string // "" where it is not known yet
	URL    string
	Edited bool // files in it are not as the commit has them
	with   Access
}

// Access is how a repository is got at, and what may become of its working copy.
type Access struct {
	Key        string // private key of SSH; "" = as root on the host has it
	KnownHosts string // lines for the host key of its server; "" = as root on the host knows it
	Guard      bool   // nothing is done where files were edited
}

func (c checkout) Same(s State) bool {
	o, ok := s.(checkout)
	return ok && c.Rev == o.Rev && c.URL == o.URL
}

// Checkout makes sure that a folder holds a git repository at a revision, a commit
// or a tag, and reports whether it did. Files that were edited there are put back.
// The host fetches it, and needs git for that. Undo goes back to the commit that
// was there.
func (h *Host) Checkout(dir, url, rev string) (was bool) {
	return h.CheckoutWith(dir, url, rev, Access{})
}

// CheckoutWith is Checkout, with what the operator gives for it.
func (h *Host) CheckoutWith(dir, url, rev string, with Access) (was bool) {
	k := key{kindCheckout, dir}
	want := checkout{Rev: rev, URL: url, with: with}
	if s := h.get(k); s != nil && s.Same(want) {
		return true
	}
	h.set(k, want)
	return false
}

// HasCheckout reports whether the folder held the repository at that revision when
// the host was read.
func (h *Host) HasCheckout(dir, url, rev string) bool {
	k := key{kindCheckout, dir}
	h.get(k)
	s := h.before[k]
	return s != nil && s.Same(checkout{Rev: rev, URL: url})
}

// IsCheckout reports whether the folder was a working copy of git when the host was
// read, whoever made it.
func (h *Host) IsCheckout(dir string) bool {
	h.get(key{kindCheckout, dir})
	return h.before[key{kindCheckout, dir}] != nil
}

// Edited reports whether files of a checkout were not as its commit has them when
// the host was read. __pycache__ does not count.
func (h *Host) Edited(dir string) bool {
	h.get(key{kindCheckout, dir})
	c, _ := h.before[key{kindCheckout, dir}].(checkout)
	return c.Edited
}

// checkoutOf takes what git and the file beside its data say: revision, commit and
// address as they were made, the commit that is there, and whether files were edited.
// Where they were, or the commit is another, there is no revision.
func checkoutOf(v []string) checkout {
	c := checkout{Rev: v[0], Commit: v[3], URL: v[2], Edited: v[4] != ""}
	if v[1] != c.Commit || c.Edited {
		c.Rev = ""
	}
	for _, s := range []*string{&c.Rev, &c.Commit, &c.URL} {
		*s = cmp.Or(*s, "-")
	}
	return c
}

func showCheckout(before, after State) []string {
	a, ok := after.(checkout)
	if !ok {
		return nil
	}
	if b, had := before.(checkout); had {
		return []string{fmt.Sprintf("%.12s -> %s", b.Commit, a.Rev)}
	}
	return []string{a.Rev + " of " + a.URL}
}

func makeCheckout(s *Script, dir string, before, after State) {
	b, had := before.(checkout)
	a, has := after.(checkout)
	switch {
	case !has:
		s.stepUndo(phaseSwap, ":", "drop_tree", dir)
	case a.Commit != "" && had: // an inverse: the commit is there
		s.stepUndo(phaseSwap, ":", "back_checkout", dir, a.Rev, a.Commit, a.URL)
	case had:
		if a.with.Guard {
			s.line(phaseExpect, "expect_clean", dir, b.Commit)
		}
		a.fetch(s, dir)
		s.stepUndo(phaseSwap, "back_checkout "+shell.Words(dir, b.Rev, b.Commit, b.URL), "turn_checkout", dir)
	default:
		s.line(phaseExpect, "expect_none", dir)
		a.fetch(s, dir)
		s.stepUndo(phaseSwap, "drop_tree "+shell.Quote(dir), "turn_checkout", dir)
	}
}

// fetch adds the line that brings the repository to the host, with the files that
// SSH needs for it.
func (c checkout) fetch(s *Script, dir string) {
	args := []string{dir, c.URL, c.Rev}
	if c.with.Key != "" {
		args = append(args, s.Attach(c.with.Key))
		if c.with.KnownHosts != "" {
			args = append(args, s.Attach(c.with.KnownHosts))
		}
	}
	s.line(phaseStage, "fetch_checkout", args...)
}
