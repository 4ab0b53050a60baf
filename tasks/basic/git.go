package basic

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

func init() {
	tasks.Register("git", "a git repository at a commit or a tag", func() tasks.Task { return &Git{} })
}

// Git manages a working copy of a repository: `git: {repository:
// https://github.com/OCA/web, dest: /opt/oca/web, revision: 1f2e3d4}`. The host fetches
// it. Edited files in it are an error, and never overwritten.
type Git struct {
	Repository string              `yaml:"repository"`
	Dest       string              `yaml:"dest"`
	Revision   string              `yaml:"revision"`    // a commit or a tag
	Key        inventory.Reference `yaml:"key"`         // private key for a repository over SSH, such as {secret: deploy/web}; it is not kept on the host
	KnownHosts string              `yaml:"known_hosts"` // lines with the server's host key; default: root's own known_hosts
	Reload     string              `yaml:"reload"`      // unit to reload when the revision changes
	Restart    string              `yaml:"restart"`     // unit to restart when the revision changes
}

// Validate checks the arguments of the playbook.
func (g *Git) Validate() error {
	if err := checkPath("git", g.Dest); err != nil {
		return err
	}
	remote, err := url.Parse(g.Repository)
	switch {
	case g.Repository == "" || strings.HasPrefix(g.Repository, "-") || strings.ContainsFunc(g.Repository, blank):
		return fmt.Errorf("git: repository %q: want an address such as https://github.com/OCA/web", g.Repository)
	case err == nil && remote.User != nil && hasPassword(remote):
		return errors.New("git: repository: no password in its address: use a key, or a helper of git's on the host")
	case g.Revision == "" || strings.HasPrefix(g.Revision, "-") || strings.ContainsFunc(g.Revision, blank):
		return fmt.Errorf("git: revision %q: want a commit or a tag", g.Revision)
	case strings.Count(g.Dest, "/") < 2:
		return fmt.Errorf("git: dest %s: want a folder below another one, such as /opt/web", g.Dest)
	case g.KnownHosts != "" && g.Key.IsZero():
		return errors.New("git: known_hosts goes with key")
	}
	return Effect{Reload: g.Reload, Restart: g.Restart}.validate("git")
}

func blank(r rune) bool { return r <= ' ' || r == 0x7f }

func hasPassword(u *url.URL) bool {
	_, has := u.User.Password()
	return has
}

// Plan implements tasks.Task.
func (g *Git) Plan(h *tasks.Host) error {
	key, err := h.Inventory.Reveal(g.Key)
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	here := h.HasCheckout(g.Dest, g.Repository, g.Revision) // read in the same round
	_, stands := h.Stat(g.Dest)
	if up := path.Dir(g.Dest); !here && !h.IsDirectory(up) {
		h.Directory(up, "root", "root", 0o755)
	}
	ok, err := h.Package("git")
	switch {
	case err != nil || here:
		return err
	case stands && !h.IsCheckout(g.Dest):
		return fmt.Errorf("%s exists and is no working copy of git: move it away", g.Dest)
	case h.Edited(g.Dest):
		return fmt.Errorf("files in %s were edited, and would be lost: see git -C %[1]s status; commit them elsewhere, or "+
			"put them back with git -C %[1]s stash -u", g.Dest)
	case !ok:
		h.Unknown("%s of %s, for git is installed first", g.Revision, g.Repository)
		return nil
	}
	h.CheckoutWith(g.Dest, g.Repository, g.Revision,
		tasks.Access{Key: whole(key), KnownHosts: whole(g.KnownHosts), Guard: true})
	Effect{Reload: g.Reload, Restart: g.Restart}.ask(h, g.Dest+" is at "+g.Revision)
	return nil
}
