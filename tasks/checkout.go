package tasks

import (
	"cmp"
	"fmt"

	"odooctl/remote/shell"
)

const kindCheckout = "checkout"

// checkouts are read with the rights of the owner of .git/config, because that file can
// make git run commands.
var checkouts = &Kind{
	Name: kindCheckout, Show: showCheckout, Compile: makeCheckout,
	at: &standing{
		within: "/.git/config/.", values: 5,
		state: func(_ *look, _ string, v []string) (State, error) { return checkoutOf(v), nil },
	},
}

// checkout is a working copy of a git repository, without a branch.
type checkout struct {
	Rev    string // "" = not known yet
	Commit string // "" where it is not known yet
	URL    string
	Edited bool // files differ from the commit
	with   Access
}

// Access is how to reach a repository, and whether edited files are protected.
type Access struct {
	Key        string // private SSH key; "" = root's own on the host
	KnownHosts string // known_hosts lines for its server; "" = root's own on the host
	Guard      bool   // do nothing if files were edited
}

func (c checkout) Same(s State) bool {
	o, ok := s.(checkout)
	return ok && c.Rev == o.Rev && c.URL == o.URL
}

// Checkout ensures that a folder is a git working copy at a revision, a commit or a
// tag, and reports whether it was. Edited files are reset. The host fetches the
// repository and needs git for that. Undo returns to the previous commit.
func (h *Host) Checkout(dir, url, rev string) (was bool) {
	return h.CheckoutWith(dir, url, rev, Access{})
}

// CheckoutWith is Checkout with credentials and options.
func (h *Host) CheckoutWith(dir, url, rev string, with Access) (was bool) {
	k := key{kindCheckout, dir}
	want := checkout{Rev: rev, URL: url, with: with}
	if s := h.get(k); s != nil && s.Same(want) {
		return true
	}
	h.set(k, want)
	return false
}

// HasCheckout reports whether the folder had the repository at that revision when the
// host was read.
func (h *Host) HasCheckout(dir, url, rev string) bool {
	k := key{kindCheckout, dir}
	h.get(k)
	s := h.before[k]
	return s != nil && s.Same(checkout{Rev: rev, URL: url})
}

// IsCheckout reports whether the folder was a git working copy when the host was read,
// whoever made it.
func (h *Host) IsCheckout(dir string) bool {
	h.get(key{kindCheckout, dir})
	return h.before[key{kindCheckout, dir}] != nil
}

// Edited reports whether files of a checkout differed from its commit when the host was
// read. __pycache__ does not count.
func (h *Host) Edited(dir string) bool {
	h.get(key{kindCheckout, dir})
	c, _ := h.before[key{kindCheckout, dir}].(checkout)
	return c.Edited
}

// checkoutOf parses the answers of git and of the file beside its data: revision,
// commit and address as checked out, the current commit, and whether files were edited.
// If they were, or the commit differs, there is no revision.
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
	case a.Commit != "" && had: // an inverse: the commit is already there
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

// fetch adds the line that fetches the repository on the host, with SSH's files for it.
func (c checkout) fetch(s *Script, dir string) {
	args := []string{dir, c.URL, c.Rev}
	if c.with.Key != "" {
		args = append(args, s.Attach(c.with.Key))
		if c.with.KnownHosts != "" {
			args = append(args, s.Attach(c.with.KnownHosts))
		}
	}
	s.doing(phaseStage, "fetching "+c.Rev+" of "+c.URL)
	s.line(phaseStage, "fetch_checkout", args...)
}
