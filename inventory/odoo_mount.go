package inventory

import (
	"regexp"
	"slices"
	"strings"
)

// DataMount says by which mount the hosts of a deployment have its data_dir in common: one that odooctl writes a unit
// for, or, without What, one of the operator's own.
type DataMount struct {
	What      string `yaml:"what"`      // nas:/srv/odoo, user@nas:/srv/odoo; "": the operator's own mount
	Type      string `yaml:"type"`      // MountNFS or MountSSHFS
	Options   string `yaml:"options"`   // of mount(8), beside those that odooctl writes; one of the same name counts
	Automount bool   `yaml:"automount"` // mounted when it is first used
	At        string `yaml:"at"`        // the mount point; see Odoo.MountPoint
	Pos       Pos    `yaml:"-"`
}

// The types of a DataMount that odooctl writes a unit for.
const (
	MountNFS   = "nfs4"
	MountSSHFS = "fuse.sshfs"
)

// MountPoint returns the folder that the DataMount is mounted at: data_dir, or one above it.
func (o *Odoo) MountPoint() string {
	if o.DataMount.At != "" {
		return strings.TrimRight(o.DataMount.At, "/")
	}
	return strings.TrimRight(o.DataDir, "/")
}

var (
	mountSources = map[string]*regexp.Regexp{ // also what a unit file takes as it is
		MountNFS:   regexp.MustCompile(`^[A-Za-z0-9.:_\[\]-]+:/[A-Za-z0-9._/@+-]*$`),
		MountSSHFS: regexp.MustCompile(`^([a-z_][a-z0-9_.-]*@)?[A-Za-z0-9.:_\[\]-]+:[A-Za-z0-9._/@+-]*$`),
	}
	mountOptions = regexp.MustCompile(`^[A-Za-z0-9_]+(=[A-Za-z0-9._:/@+-]*)?$`)
)

func (d *decoder) checkDataMount(o *Odoo) {
	m := o.DataMount
	if m == nil {
		return
	}
	if o.DataDir == "" {
		d.errs.add(m.Pos, "data_mount needs data_dir: the folder that the hosts have in common")
	}
	if o.DataShared {
		d.errs.add(d.at(&o.DataShared), "data_shared says that no mount shows what the hosts have in common, and data_mount "+
			"names one: say one of the two")
	}
	if d.ok(&m.At) && m.At != "" {
		d.checkHostPath(m.At, "at", d.at(&m.At))
	}
	point := o.MountPoint()
	if o.DataDir != "" && (point == "" || !strings.HasPrefix(o.DataDir+"/", point+"/")) {
		d.errs.add(d.whereOf(m.Pos, &m.At), "data_mount is at %q, and data_dir %s is not in it", m.At, o.DataDir)
	}
	if m.What == "" {
		if m.Type != "" || m.Options != "" || m.Automount {
			d.errs.add(m.Pos, "data_mount without what is a mount of your own: type, options and automount are said where it "+
				"is made, such as in /etc/fstab")
		}
		return
	}
	source, known := mountSources[m.Type]
	switch {
	case !known:
		d.errs.add(d.whereOf(m.Pos, &m.Type), "data_mount type %q: want %s or %s; mount another one yourself, and say "+
			"only at: FOLDER", m.Type, MountNFS, MountSSHFS)
	case !source.MatchString(m.What):
		d.errs.add(d.at(&m.What), "data_mount what %q: want a server and its folder, such as nas:/srv/odoo", m.What)
	}
	for option := range strings.SplitSeq(m.Options, ",") {
		if m.Options != "" && !mountOptions.MatchString(option) {
			d.errs.add(d.at(&m.Options), "data_mount option %q: want comma-separated options as mount takes "+
				"them, such as timeo=300,ro", option)
		}
	}
	if slices.Contains(strings.Split(m.Options, ","), "soft") {
		d.warns.add(d.at(&m.Options), "data_mount is soft: while the server is slow, what Odoo takes as written may be "+
			"lost; hard waits for it")
	}
}

// checkMounts checks that a host has one mount at a point, and one deployment whose it is.
func (d *decoder) checkMounts(h *Host) {
	first := map[string]*Deployment{}
	for _, dep := range h.odoo {
		o := dep.Odoo
		if o.DataMount == nil || o.DataMount.What == "" {
			continue
		}
		point := o.MountPoint()
		if other := first[point]; other != nil {
			d.errs.add(o.DataMount.Pos, "%s is mounted on host %s for deployment %s too: say data_mount: {at: %[1]s} "+
				"here, without what", point, h.Name, other.Name)
			continue
		}
		first[point] = dep
	}
}
