package odoo

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.mount", "the mount by which the hosts of a deployment have its data_dir in common",
		func() tasks.Task { return &Mount{} })
	tasks.Register("odoo.unmount", "takes away the mounts of data_dirs that no deployment has any more",
		func() tasks.Task { return &Unmount{} })
}

// Mount manages the systemd unit of each data_mount. Odoo's units depend on it, and are planned when it stands: its
// folder is never written to before.
type Mount struct{}

// Plan implements tasks.Task.
func (Mount) Plan(h *tasks.Host) (first error) {
	for _, i := range Instances(h) {
		if err := i.mount(h); err != nil && first == nil {
			first = err // after what the others need was asked for
		}
	}
	return first
}

// mount defines the units of an Instance's data_mount, and starts what is to be up.
func (i Instance) mount(h *tasks.Host) error {
	m := i.Odoo.DataMount
	if m == nil {
		return nil
	}
	point := i.Odoo.MountPoint()
	name := mountUnit(point)
	file, found := h.File(units+name), stored(h, i.Data())
	stands, err := mounted(h, i.Deployment)
	switch {
	case err != nil:
		return err
	case !stands && len(found) > 0:
		return fmt.Errorf("%s: %s has the attachments of %s in %s on its own disk, and the mount would hide them: while %s "+
			"is stopped, copy them to the file server and rename the folder here", m.Pos, h.Name, strings.Join(found, ", "),
			i.Data(), i.Unit)
	case m.What == "" && strings.HasPrefix(file.Text(), ours):
		return fmt.Errorf("%s: %s of %s is odooctl's, and data_mount has no what: keep it, or take the file away yourself "+
			"before your own mount comes there", m.Pos, file.Path(), h.Name)
	case m.What == "":
		return nil
	case stands && !strings.HasPrefix(file.Text(), ours):
		return fmt.Errorf("%s: %s is mounted on %s already, and not by odooctl: say data_mount: {at: %[2]s} if it is to "+
			"stay so, or unmount it and take it out of /etc/fstab", m.Pos, point, h.Name)
	}
	h.HasUser(i.User)
	h.Installed(mountPackage(m.Type, ""))
	automount := h.File(units + automountUnit(point))
	if m.Automount {
		h.Unit(automountUnit(point))
	}
	f, err := h.Facts()
	if err != nil {
		return err
	}
	if ok, err := h.Package(mountPackage(m.Type, f.Installer)); !ok && err != nil {
		return fmt.Errorf("%s: %w", m.Pos, err)
	}
	id, group := h.UserNumbers(i.User)
	switch {
	case m.Type != inventory.MountSSHFS || id != "":
	case !i.Own && !awaited(h, i.Deployment):
		return fmt.Errorf("%s: there is no user %s on %s, whose files the mount has: install Odoo there first, or say "+
			"install", m.Pos, i.User, h.Name)
	default:
		h.Unknown("the mount of %s, for whose files user %s is made first", i.Name, i.User)
		return nil
	}
	i.sameNumbers(h, id)
	text := i.mountText(id, group)
	if old := file.Text(); stands && old != text {
		h.Warn("%s: the options of %s on %s count when it is mounted again: `systemctl restart %[2]s`, which stops Odoo and "+
			"starts it", m.Pos, name, h.Name)
	}
	h.Check(tasks.VerifyUnit(name))
	u := h.Unit(name).Define(text)
	if !m.Automount {
		if strings.HasPrefix(automount.Text(), ours) {
			h.Unit(automountUnit(point)).Undefine()
		}
		return u.Run()
	}
	h.Check(tasks.VerifyUnit(automountUnit(point)))
	return cmp.Or(h.Unit(automountUnit(point)).Define(i.automountText()).Run(), u.Start())
}

// mounted reports whether data_dir is on the mount of the inventory, where that has one. It fails if it is on another,
// and if the operator's own is not there.
func mounted(h *tasks.Host, d *inventory.Deployment) (bool, error) {
	m := d.Odoo.DataMount
	if m == nil {
		return true, nil
	}
	point := d.Odoo.MountPoint()
	name := mountUnit(point)
	stands := !h.Unit(name).Health().Down() // as it was read, not as it is to be
	on, known := h.Mount(d.Odoo.DataDir)
	switch {
	case !known:
		h.Unknown(mountedFirst, d.Name, point)
		return false, nil
	case m.What == "" && stands, on.Type == m.Type && trimmed(on.Source) == trimmed(m.What):
		return true, nil
	case m.What == "":
		return false, fmt.Errorf("%s: nothing is mounted at %s of %s, so Odoo is left alone: `systemctl start %s` mounts "+
			"there what /etc/fstab or a unit of yours has", m.Pos, point, h.Name, name)
	case stands:
		return false, fmt.Errorf("%s: %s of %s is on %s (%s), and data_mount is %s (%s): stop Odoo on all of its hosts, "+
			"copy the files if they are not there, and `systemctl stop %s`: the next apply mounts it", m.Pos,
			d.Odoo.DataDir, h.Name, on.Source, on.Type, m.What, m.Type, name)
	}
	h.Unknown(mountedFirst, d.Name, point)
	return false, nil
}

const mountedFirst = "Odoo of %s, for %s is mounted first"

func trimmed(source string) string { return strings.TrimRight(source, "/") }

// sameNumbers warns if Odoo's user has another number than on the first host: a file server knows users by number.
func (i Instance) sameNumbers(h *tasks.Host, id string) {
	first := h.Seen(i.Odoo.Hosts[0].Name)
	if i.Odoo.DataMount.Type != inventory.MountNFS || first == nil || first == h {
		return
	}
	other := InstanceOf(first, i.Deployment).User
	if there, _ := first.UserNumbers(other); id != "" && there != "" && there != id {
		h.Warn("%s: user %s is %s on %s, and %s is %s on %s: unless the file server maps them, Odoo here cannot read the "+
			"other's files; `usermod -u` gives it the same", i.Odoo.DataMount.Pos, other, there, first.Name, i.User, id, h.Name)
	}
}

// mountText is the unit of the mount; see systemd.mount(5). The numbers are those of Odoo's user.
func (i Instance) mountText(id, group string) string {
	m := i.Odoo.DataMount
	install := "\n[Install]\nWantedBy=remote-fs.target\n"
	if m.Automount {
		install = "" // the automount is what starts
	}
	return fmt.Sprintf("%s# Deployment: %s\n[Unit]\nDescription=Data of Odoo of %[2]s\nWants=network-online.target\n"+
		"After=network-online.target\n\n[Mount]\nWhat=%s\nWhere=%s\nType=%s\nOptions=%s\nTimeoutSec=90\n%s",
		ours, i.Name, m.What, i.Odoo.MountPoint(), m.Type, mountOptions(m, id, group), install)
}

// automountText has systemd mount it when it is first used; until then, and while the server is away, nobody gets to
// the empty folder below. It is not unmounted when idle, for Odoo ends with the mount.
func (i Instance) automountText() string {
	return fmt.Sprintf("%s# Deployment: %s\n[Unit]\nDescription=Data of Odoo of %[2]s, mounted when it is used\n\n"+
		"[Automount]\nWhere=%s\n\n[Install]\nWantedBy=remote-fs.target\n", ours, i.Name, i.Odoo.MountPoint())
}

// mountOptions joins what Odoo needs with the inventory's options, which count where both name one.
func mountOptions(m *inventory.DataMount, id, group string) string {
	list := []string{
		"_netdev",         // it needs the network, so it comes after it and goes before it
		"nosuid", "nodev", // a file server cannot make anybody root
		"noatime", // reading an attachment writes nothing
	}
	switch m.Type {
	case inventory.MountNFS:
		list = append(list,
			"hard",                 // while the server is away Odoo waits, and does not lose what it took as written
			"lookupcache=positive", // a session or attachment that another host has just made is there at once
		)
	case inventory.MountSSHFS:
		list = append(list,
			"allow_other", "default_permissions", // root mounts it, Odoo uses it, and the kernel checks modes
			"uid="+id, "gid="+group, // all files are Odoo's here, whoever the login is there
			"dir_cache=no",                                                 // as lookupcache of NFS
			"reconnect", "ServerAliveInterval=15", "ServerAliveCountMax=3", // a dead link is found, and made again
		)
	}
	given := strings.Split(m.Options, ",")
	if m.Options == "" {
		given = nil
	}
	named := map[string]bool{}
	for _, option := range given {
		named[optionName(option)] = true
	}
	var all []string
	for _, option := range list {
		if !named[optionName(option)] {
			all = append(all, option)
		}
	}
	return strings.Join(append(all, given...), ",")
}

// optionName is what two options have in common of which one counts.
func optionName(option string) string {
	name, _, _ := strings.Cut(option, "=")
	if name != "noatime" && name != "nodev" && name != "nosuid" { // not words of their own, but other, norelatime, ...
		if name == "soft" || name == "softerr" {
			return "hard"
		}
		return name
	}
	return strings.TrimPrefix(name, "no")
}

// mountPackage has the program that mounts the type.
func mountPackage(kind, installer string) string {
	dnf := installer == "dnf"
	switch {
	case kind == inventory.MountNFS && dnf:
		return "nfs-utils"
	case kind == inventory.MountNFS:
		return "nfs-common"
	case dnf:
		return "fuse-sshfs"
	}
	return "sshfs"
}

// mountUnit is systemd's name for the mount at a folder: see systemd.unit(5), "String Escaping for Inclusion in Unit
// Names".
func mountUnit(point string) string {
	var b strings.Builder
	for n, c := range []byte(strings.Trim(path.Clean(point), "/")) {
		switch {
		case c == '/':
			b.WriteByte('-')
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == ':', c == '.' && n > 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, `\x%02x`, c)
		}
	}
	return b.String() + ".mount"
}

func automountUnit(point string) string {
	return strings.TrimSuffix(mountUnit(point), "mount") + "automount"
}

// Unmount removes the units that Mount has made for a data_mount that is no more, after Odoo was restarted without it.
type Unmount struct{}

// Plan implements tasks.Task.
func (Unmount) Plan(h *tasks.Host) error {
	wanted := map[string]bool{}
	for _, d := range h.OdooOf() {
		if m := d.Odoo.DataMount; m != nil && m.What != "" {
			point := d.Odoo.MountPoint()
			wanted[mountUnit(point)], wanted[automountUnit(point)] = true, m.Automount
		}
	}
	for _, file := range h.Glob(units + "*mount") {
		text, name := h.File(file).Text(), path.Base(file)
		if wanted[name] || !strings.HasPrefix(text, ours) {
			continue
		}
		for _, i := range Instances(h) {
			if at := whereOf(text); at != "" && i.Odoo.DataMount == nil && strings.HasPrefix(i.Data()+"/", at+"/") {
				return fmt.Errorf("%s: the attachments of %s are on the mount at %s of %s, which goes with data_mount: keep that, "+
					"or say data_dir: of a folder that has them", i.Odoo.Pos, i.Name, at, h.Name)
			}
		}
		h.Unit(name).Undefine()
	}
	return nil
}

// whereOf is the mount point in a unit file.
func whereOf(text string) string {
	for line := range strings.Lines(text) {
		if at, is := strings.CutPrefix(line, "Where="); is {
			return strings.TrimSpace(at)
		}
	}
	return ""
}
