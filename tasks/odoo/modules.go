package odoo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.pause", "Odoo is stopped on the other hosts while the first updates modules",
		func() tasks.Task { return &Pause{} })
	tasks.Register("odoo.modules",
		"the modules that the inventory names are installed, and updated where their version on disk is new",
		func() tasks.Task { return &Modules{} })
}

// Modules installs and updates the modules of each deployment's databases on its first
// Odoo host. The others wait for it, and start on the new tables.
type Modules struct{}

// Plan implements tasks.Task.
func (Modules) Plan(h *tasks.Host) (first error) {
	for _, i := range Instances(h) {
		first = cmp.Or(first, i.modules(h))
	}
	return first
}

func (i Instance) modules(h *tasks.Host) error {
	major, list, err := i.due(h)
	if err != nil {
		return err
	}
	if leader, err := h.Peer(i.Odoo.Hosts[0].Name); err == nil && len(i.modulesOf(h)) > 0 && i.onItsWay(leader) {
		h.Unknown("what is due to the modules of %s, some of which come first", i.Name)
		return nil
	}
	i.workOn(h, major, list)
	return nil
}

// workOn does what is due on the leading host; the others wait for it.
func (i Instance) workOn(h *tasks.Host, major int, list map[string]due) {
	leader := i.Odoo.Hosts[0]
	checks := false
	for _, name := range i.Odoo.Databases {
		d, ok := list[name]
		if !ok {
			continue
		}
		i.restart(h, "modules of "+name+" are new")
		if h.Host != leader {
			h.WaitFor(leader.Name, "works on the modules of "+name)
			continue
		}
		checks = i.hasCode(h) // otherwise the folders that change bring the check
		c := tasks.Command{Title: d.title("install ", "update ", name), Doing: d.title("installing ", "updating ", name),
			Run: i.once(major, name, d.args()...), Before: i.Unit, Within: 3600}
		if i.Odoo.Modules.Stops() {
			c.Stops = i.running(h)
		}
		h.Command(c)
	}
	if checks {
		i.loads(h, nil)
	}
}

// title says what is done to the modules of a database, with these verbs.
func (d due) title(install, update, database string) string {
	var words []string
	if len(d.Install) > 0 {
		words = append(words, install+strings.Join(d.Install, ", "))
	}
	if len(d.Update) > 0 {
		words = append(words, update+strings.Join(d.Update, ", "))
	}
	return strings.Join(words, "; ") + " in database " + database
}

// due lists what is due in the deployment's databases that are set up, by the modules
// on the leading host's disk.
func (i Instance) due(h *tasks.Host) (major int, list map[string]due, err error) {
	if major, list, err = i.dueAhead(h); err != nil || major == 0 {
		return 0, nil, err
	}
	if leader, err := h.Peer(i.Odoo.Hosts[0].Name); err != nil || i.onItsWay(leader) {
		return major, nil, err
	}
	return major, list, nil
}

// dueAhead is due if the same transaction brings modules whose versions are not known
// yet: it includes all that may be new.
func (i Instance) dueAhead(h *tasks.Host) (major int, list map[string]due, err error) {
	all := i.modulesOf(h)
	if i.PostgreSQL == nil || len(all) == 0 {
		return 0, nil, nil
	}
	leader, err := h.Peer(i.Odoo.Hosts[0].Name)
	if err != nil {
		return 0, nil, err
	}
	for _, name := range all { // all are read in one round
		i.onDisk(leader, i.Odoo.Major(), name)
	}
	if ok, err := ready(h, i.Deployment); !ok {
		return 0, nil, err
	}
	c, err := server(h, i.Deployment)
	if err != nil {
		return 0, nil, err
	}
	if major, err = Major(leader, i.Deployment); err != nil {
		return 0, nil, err
	}
	list = map[string]due{}
	for _, name := range i.Odoo.Databases {
		version, err := baseOf(c, name)
		if err != nil {
			return 0, nil, fmt.Errorf("%s: %w", i.Odoo.Pos, err)
		}
		d, err := i.dueIn(leader, c, major, name)
		if err != nil {
			return 0, nil, err
		}
		if version != "" && !d.empty() {
			list[name] = d
		}
	}
	return major, list, nil
}

// modulesOf lists the modules to check: the inventory's, and those of UpdateAnyway.
func (i Instance) modulesOf(h *tasks.Host) []string {
	all := slices.Concat(i.Odoo.Modules.All(), updates(h))
	slices.Sort(all)
	return slices.Compact(all)
}

// updatesKey is the fleet's key for the modules of UpdateAnyway.
type updatesKey struct{}

// UpdateAnyway makes a run update these modules wherever they are installed, whatever
// their version.
func UpdateAnyway(f *tasks.Fleet, modules []string) { f.Give(updatesKey{}, modules) }

func updates(h *tasks.Host) []string {
	list, _ := h.Given(updatesKey{}).([]string)
	return list
}

// running lists the running services of the Odoo.
func (i Instance) running(h *tasks.Host) (list []string) {
	for _, unit := range i.services() {
		if h.Unit(unit).Active() {
			list = append(list, unit)
		}
	}
	return list
}

// services names the units that the Odoo has in its mode.
func (i Instance) services() []string {
	if i.Odoo.Runs() == inventory.ModeWSGI {
		return []string{i.Unit, i.beside("cron"), i.beside("chat")}
	}
	return []string{i.Unit}
}

// Pause stops the Odoos of the other hosts before the first one works on modules: their
// code would meet unknown tables, and hold locks. They are started again in the play
// that follows.
type Pause struct{}

// Plan implements tasks.Task.
func (Pause) Plan(h *tasks.Host) error {
	for _, i := range Instances(h) {
		if !slices.Contains(i.Odoo.Hosts[1:], h.Host) || !i.Odoo.Modules.Stops() {
			continue
		}
		// Errors are reported where the modules are worked on.
		if _, list, err := i.due(h); err == nil && len(list) > 0 {
			for _, unit := range i.running(h) {
				h.Unit(unit).Pause()
			}
		}
	}
	return nil
}

// missing explains that the inventory names a module which does not exist.
func (i Instance) missing(leader *tasks.Host, module string) error {
	return fmt.Errorf("%s: %s has no module %s in any of %s",
		i.Odoo.Modules.Pos, leader.Name, module, strings.Join(i.folders(), ", "))
}
