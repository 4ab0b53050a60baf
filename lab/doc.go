// Package lab makes disposable real hosts on one Debian machine: containers of
// systemd-nspawn(1) with their own systemd, sshd, PostgreSQL, nginx and Odoo, on their
// own bridge, without Internet access.
//
//	l, err := lab.New(lab.Config{Name: "demo", Subnet: netip.MustParsePrefix("198.18.20.0/24"), Progress: os.Stderr})
//	defer l.Down(context.WithoutCancel(ctx))
//	err = l.Up(ctx)
//	out, err := l.Host("db1").Exec(ctx, "pg_lsclusters")
//
// A host is an image (made once by mmdebstrap and kept) below its own overlay mount, so
// a new host costs a second and no disk space. Hosts are reached over SSH with the
// lab's key, as root and as deploy, who may use sudo without a password; by hand with
// ssh -F DIR/ssh_config HOST.
//
// Everything of a lab but the images is in its state folder, and in the kernel under
// its name: the bridge lab-NAME, the machines NAME-HOST, the cgroups odooctl-lab/NAME.
// Up begins by removing what an earlier run of that name left, however it ended; Down
// removes everything. Hosts outlive the process that made them: Open finds them again.
//
// It needs root and Linux with overlayfs, in a cgroup hierarchy of version 1, 2 or
// both.
package lab
