package odoo

import (
	"cmp"
	_ "embed"
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.install",
		"Odoo's package, where a deployment says install and the host has none; or its source tree",
		func() tasks.Task { return &Install{} })
}

// Install installs Odoo on a host that has none. The package starts its service at
// once, on all addresses and with the master password admin; so the service is masked
// before, in a transaction of its own, and unmasked with its first configuration. The
// package's scripts may unmask and start it all the same, as on a host where it was
// removed before: a policy-rc.d forbids that.
type Install struct{}

// Plan implements tasks.Task.
func (Install) Plan(h *tasks.Host) error {
	first := installPackage(h)
	for _, i := range Instances(h) {
		if i.Odoo.Source() != nil {
			first = cmp.Or(first, i.source(h))
		}
	}
	return first
}

func installPackage(h *tasks.Host) error {
	var by *inventory.Deployment
	for _, d := range h.OdooOf() {
		if d.Odoo.Install == nil || d.Odoo.Source() != nil {
			continue
		}
		if by != nil && !d.Odoo.Install.Same(by.Odoo.Install) {
			return fmt.Errorf("%s: %s installs Odoo on %s in another way: a host has one Odoo package",
				d.Odoo.Install.Pos, by.Name, h.Name)
		}
		by = d
	}
	if by == nil {
		return nil
	}
	h.Unit(Unit)
	policy := h.File("/usr/sbin/policy-rc.d")
	f, err := h.Facts()
	if err != nil {
		return err
	}
	if Packaged(f) != "" {
		if policy.Text() == stayDown {
			policy.Remove() // and the mask beside it is ours
			if packagedFor(h) != nil {
				h.Unit(Unit).Unmask()
			}
		}
		return nil
	}
	if f.Installer != "apt" {
		return fmt.Errorf("%s: install is for hosts with apt, and %s has none", by.Odoo.Install.Pos, h.Name)
	}
	h.Unknown(installedFirst, by.Name)
	ready, err := prepare(h, by.Odoo.Install)
	if err != nil || !ready {
		return err
	}
	return install(h, by.Odoo.Install)
}

// stayDown keeps packages from starting Odoo (invoke-rc.d(8), deb-systemd-invoke(1p)).
//
//go:embed policy-rc.d.sh
var stayDown string

const installedFirst = "what Odoo of %s is to serve, which is installed first"

// cache is the path of the operator's .deb on the host.
const cache = "/var/cache/odooctl/odoo.deb"

// prepare masks the service and puts the package's source in place, and reports whether
// that was already done.
func prepare(h *tasks.Host, i *inventory.Install) (ready bool, err error) {
	ready = !h.Link(units+Unit, "/dev/null")
	// A removed package leaves a note that allows its scripts to remove the mask.
	h.File("/var/lib/systemd/deb-systemd-helper-masked/" + Unit).Remove()
	if policy := h.File("/usr/sbin/policy-rc.d"); !policy.Exists() {
		policy.SetText(stayDown).Own("root", "root", 0o755)
		ready = false
	}
	file := func(f *tasks.File, text string) {
		was := f.State()
		f.SetText(text).Own("root", "root", 0o644)
		ready = ready && f.State() == was
	}
	read := func(f inventory.LocalFile) (string, error) {
		text, err := f.Read()
		if err != nil {
			return "", fmt.Errorf("%s: %w", i.Pos, err)
		}
		return string(text), nil
	}
	if i.Repository != "" {
		key, err := read(i.Key)
		if err != nil {
			return false, err
		}
		name := "/etc/apt/keyrings/odooctl-odoo.gpg"
		if strings.HasPrefix(key, "-----BEGIN PGP") {
			name = "/etc/apt/keyrings/odooctl-odoo.asc"
		}
		h.Directory("/etc/apt/keyrings", "root", "root", 0o755)
		file(h.File(name), key)
		file(h.File("/etc/apt/sources.list.d/odooctl-odoo.list"), ours+"deb [signed-by="+name+"] "+i.Repository+"\n")
	}
	if !i.File.IsZero() {
		deb, err := read(i.File)
		if err != nil {
			return false, err
		}
		h.Directory("/var/cache/odooctl", "root", "root", 0o755)
		file(h.Private(cache), deb)
	}
	return ready, nil
}

// install has apt install the package.
func install(h *tasks.Host, i *inventory.Install) error {
	if !i.File.IsZero() {
		h.Command(tasks.Command{
			Title: "install " + i.File.Path[strings.LastIndex(i.File.Path, "/")+1:],
			Doing: "installing Odoo",
			Run: "DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-remove -o DPkg::Lock::Timeout=300 -o " +
				"Dpkg::Options::=--force-confold install " + cache,
			Within: 1800,
		})
		return nil
	}
	name := i.Package
	if name == "" {
		name = "odoo"
	}
	_, err := h.Package(name)
	return err
}

// awaited reports whether Odoo is not on the host yet and will be installed.
func awaited(h *tasks.Host, d *inventory.Deployment) bool {
	if d.Odoo.Source() != nil {
		tree, err := sourceTree(d)
		return err != nil || !h.HasBuild(tree.Dir())
	}
	f, err := h.Facts()
	return err == nil && Packaged(f) == "" && d.Odoo.Install != nil
}
