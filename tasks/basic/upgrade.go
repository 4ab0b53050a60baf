package basic

import (
	"errors"

	"odooctl/tasks"
)

func init() {
	tasks.Register("package.lists", "the lists of packages are less than a day old",
		func() tasks.Task { return &Lists{} })
	tasks.Register("package.upgrade",
		"the newest versions of packages that are installed, and a unit restarted for them",
		func() tasks.Task { return &Upgrade{} })
}

// Lists updates the host's package lists if they are a day old.
type Lists struct{}

// Plan implements tasks.Task.
func (Lists) Plan(h *tasks.Host) error {
	fresh := h.Holds(tasks.ListsFresh)
	f, err := h.Facts()
	if err != nil || fresh || f.Installer != "apt" {
		return err
	}
	h.Command(tasks.Command{Title: "fetch the lists of packages, which are a day old",
		Doing: "fetching the lists of packages",
		Run:   "apt-get -q -o DPkg::Lock::Timeout=300 update && touch /var/lib/apt/lists"})
	return nil
}

// Upgrade upgrades packages to the newest versions in the lists; see Lists.
type Upgrade struct {
	Names   []string `yaml:"names"`
	Restart string   `yaml:"restart"` // a unit
}

// Validate checks the arguments of the playbook.
func (t *Upgrade) Validate() error {
	if len(t.Names) == 0 {
		return errors.New("package.upgrade: want names, such as [openssl, libssl3]")
	}
	return nil
}

// Plan implements tasks.Task.
func (t *Upgrade) Plan(h *tasks.Host) error {
	list, err := h.Upgrade(t.Names...)
	if err != nil {
		return err
	}
	if len(list) > 0 && t.Restart != "" {
		h.Notify(t.Restart, tasks.Restart, list[0].Name+" is new")
	}
	return nil
}
