package tasks

import (
	_ "embed"
	"slices"
	"strings"

	"odooctl/remote/shell"
)

const kindMount = "mount"

//go:embed mount.sh
var mountProgram string

var mounts = &Kind{
	Name: kindMount,
	Read: func(a Asked) string {
		dirs := a.Of(kindMount)
		if len(dirs) == 0 {
			return ""
		}
		return "part mounts\n" + shell.Bare(mountProgram) + "mounts " + shell.Words(dirs...) + "\n"
	},
	Learn: func(h *Host, a Answers) error {
		lines := strings.Split(a.Part("mounts"), "\n")
		for i, dir := range a.Of(kindMount) {
			m := Mount{}
			if i < len(lines) {
				if f := strings.Fields(lines[i]); len(f) == 5 {
					m = Mount{f[0], f[1], f[2], f[3], f[4]}
				}
			}
			a.Know(kindMount, dir, m)
		}
		return nil
	},
}

// Mount is the file system that a folder is on: see proc_pid_mountinfo(5).
type Mount struct {
	Kernel string // which runs: hosts that are containers may have one in common
	Device string // 8:1
	Path   string // of the folder on it
	Type   string // ext4, nfs4, fuse.sshfs
	Source string // /dev/sda1, nas:/srv/odoo; "" = not known
}

// Same implements State.
func (m Mount) Same(s State) bool { return m == s }

// Mount returns the file system that a folder is on, or that its nearest parent is on while it does not exist. Ok is
// false while it was not read, and where the host does not say.
func (h *Host) Mount(dir string) (m Mount, ok bool) {
	m, _ = h.get(key{kindMount, dir}).(Mount)
	return m, m.Source != ""
}

// network are types of file systems that several machines mount.
var network = []string{"nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "lustre", "9p", "virtiofs", "gfs2", "ocfs2",
	"afs", "beegfs", "gpfs", "orangefs", "pvfs2"}

// Network reports whether other machines can mount it too.
func (m Mount) Network() bool {
	return slices.Contains(network, m.Type) || strings.HasPrefix(m.Type, "fuse.")
}

// Common reports whether two hosts have the same folder: on one machine by the device, else by the source of a file
// system that several can mount. A disk's source says nothing: each has a /dev/sda1.
func (m Mount) Common(o Mount) bool {
	if m.Path != o.Path {
		return false
	}
	return m.Kernel == o.Kernel && m.Device == o.Device || m.Network() && m.Source == o.Source
}
