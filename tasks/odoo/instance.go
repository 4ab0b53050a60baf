package odoo

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
)

// Instance is the names and paths of one deployment's Odoo on a host.
type Instance struct {
	*inventory.Deployment
	Unit    string // odoo.service, odoo-mycompany.service
	User    string // and group
	Home    string // of the user; has Odoo's data unless data_dir says otherwise
	Config  string // odoo.conf
	Log     string // the log file
	Program string // command that starts Odoo: a program, or an interpreter and a program
	Python  string // interpreter that can import Odoo; "" = the host's, by Odoo's version
	Own     bool   // a service beside the package's one
}

// units is the folder of our unit files.
const units = "/etc/systemd/system/"

// dropIn is the name of our drop-in for the package's service.
const dropIn = "odooctl"

// ours is the first line of every unit that odooctl writes.
const ours = "# Written by odooctl from the inventory; edits are put back\n"

var deploymentLine = regexp.MustCompile(`(?m)^# Deployment: (\S+)$`)

// Instances returns the Odoos of a host in the order of the inventory. The package
// brings one service. The deployment that has it keeps it; otherwise it goes to a
// deployment that is alone on its host; and if several come to a host, each of them
// gets a user, a service and files of its own. So adding a customer to a host never
// moves the data of the others.
func Instances(h *tasks.Host) (list []Instance) {
	h.Glob(units + "odoo*") // so that missing files need no question of their own
	packaged := packagedFor(h)
	for _, d := range h.OdooOf() {
		if d == packaged {
			list = append(list, Instance{Deployment: d, Unit: Unit, User: "odoo", Home: "/var/lib/odoo", Config: Config,
				Log: "/var/log/odoo/odoo-server.log", Program: Program})
			continue
		}
		user := userName(d.Name)
		i := Instance{Deployment: d, Unit: "odoo-" + d.Name + ".service", User: user, Home: "/var/lib/" + user,
			Config: configOf(d), Log: "/var/log/" + user + "/odoo-server.log", Program: Program, Own: true}
		if d.Odoo.Source() != nil {
			i.Python = environmentOf(d) + "/bin/python3"
			i.Program = i.Python + " " + sourceOf(d) + "/odoo-bin"
		}
		list = append(list, i)
	}
	return list
}

// InstanceOf returns the Instance of a deployment that has an Odoo on the host.
func InstanceOf(h *tasks.Host, d *inventory.Deployment) Instance {
	list := Instances(h)
	return list[slices.IndexFunc(list, func(i Instance) bool { return i.Deployment == d })]
}

// Data returns the folder of attachments and sessions.
func (i Instance) Data() string {
	switch {
	case i.Odoo.DataDir != "":
		return i.Odoo.DataDir
	case i.Own:
		return i.Home + "/data"
	}
	return i.Home + "/.local/share/Odoo"
}

func configOf(d *inventory.Deployment) string { return "/etc/odoo/" + d.Name + ".conf" }

// packagedFor returns the deployment that uses the package's service; nil if none does.
// One that runs from source never does.
func packagedFor(h *tasks.Host) *inventory.Deployment {
	taken := packageTakenBy(h)
	var alone *inventory.Deployment
	packaged := 0
	for _, d := range h.OdooOf() {
		own := h.File(configOf(d)).Exists()
		if d.Odoo.Source() != nil {
			continue
		}
		if d.Name == taken {
			return d
		}
		if packaged++; !own {
			alone = d
		}
	}
	if packaged > 1 {
		return nil
	}
	return alone
}

// packageTakenBy names the deployment that the package's service was given to.
func packageTakenBy(h *tasks.Host) string {
	if m := deploymentLine.FindStringSubmatch(h.File(unitFile(Unit)).Text()); m != nil {
		return m[1]
	}
	return ""
}

var notInUserNames = regexp.MustCompile(`[^a-z0-9_-]`)

// userName derives a user name from a deployment's name, valid for useradd(8): lower
// case, 32 characters. If it had to be changed a digest is appended, because another
// name might give the same.
func userName(deployment string) string {
	const most = 32
	name := notInUserNames.ReplaceAllString(strings.ToLower(deployment), "-")
	if name == deployment && len("odoo-"+name) <= most {
		return "odoo-" + name
	}
	sum := sha256.Sum256([]byte(deployment))
	return "odoo-" + name[:min(len(name), most-14)] + "-" + hex.EncodeToString(sum[:4])
}

// asService is the program that as runs.
//
//go:embed as.sh
var asService string

// as is shell that runs a command as the instance's user, in the environment of its
// service.
func (i Instance) as() string {
	return "sh -c " + shell.Quote(asService) + " as " + i.Unit + " " + i.User + " " + i.Home
}

// variables are the lines of a unit file that set the inventory's environment.
func (i Instance) variables() (lines []string) {
	for _, e := range i.Odoo.Environment {
		lines = append(lines, "Environment="+quoteVariable(e))
	}
	return lines
}

// renews reports whether the service's variables change. Then its programs cannot be
// rehearsed: systemd has to read the unit first.
func (i Instance) renews(h *tasks.Host) bool {
	var now []string
	for line := range strings.Lines(h.File(unitFile(i.Unit)).Text()) {
		if strings.HasPrefix(line, "Environment=") {
			now = append(now, strings.TrimSpace(line))
		}
	}
	return !slices.Equal(now, i.variables())
}

// unitFile is the file that odooctl writes for a service: the unit, or a drop-in for
// the package's.
func unitFile(unit string) string {
	if unit == Unit {
		return units + unit + ".d/" + dropIn + ".conf"
	}
	return units + unit
}
