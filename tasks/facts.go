package tasks

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Facts is what is known of a host as a machine. It is read with the first
// answers, whatever was asked.
type Facts struct {
	Hostname  string
	OS        string // ID of os-release: debian, ubuntu, rhel, ...
	OSVersion string // VERSION_ID: 12
	CPUs      int
	Cores     int   // of the CPUs, where two threads count as one
	Memory    int64 // bytes
	Systemd   bool  // systemd is the first process
	Addresses []netip.Prefix
	Nginx     string   // version, such as 1.22.1; "" where nginx is not installed
	Lacks     []string // modules that this nginx was built without, such as limit_req
	OpenSSL   string   // version, such as 3.0.16
	Odoo      string   // version of the installed package, such as 14.0; "" where there is none
	Installer string   // apt, dnf or yum; "" where packages cannot be installed
	Pending   []Notification
	Time      int64 // seconds since 1970, by the host's clock
}

// readFacts prints one `name value` line per fact. It starts as few processes as
// it can: this part runs on every host in every run.
func readFacts(state string) string {
	return `read -r v </proc/sys/kernel/hostname && echo "hostname $v"
echo "cpus $(nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo)"
echo "cores $(sort -u /sys/devices/system/cpu/cpu*/topology/thread_siblings_list 2>/dev/null | grep -c .)"
while read -r k v _; do [ "$k" = MemTotal: ] && { echo "memory $v"; break; }; done </proc/meminfo
if [ -r /etc/os-release ]; then while read -r v; do case $v in ID=*|VERSION_ID=*) echo "os $v";; esac; done </etc/os-release; fi
[ -d /run/systemd/system ] && echo "systemd 1"
echo "time $(date +%s)"
ip -o addr show 2>/dev/null | while read -r _ _ f a _; do case $f in inet|inet6) echo "address $a";; esac; done
if v=$(nginx -V 2>&1); then
	w=${v#*nginx/} && echo "nginx ${w%%[!0-9.]*}"
	for w in $v; do case $w in --without-http_*_module) w=${w#--without-http_}; echo "lacks ${w%_module}";; esac; done
fi
v=$(openssl version 2>/dev/null) && echo "openssl $v"
v=/usr/lib/python3/dist-packages/odoo/release.py
[ -r $v ] || v=/opt/odoo/odoo/release.py
if [ -r $v ]; then
	p=/usr/lib/python3 && judge /usr /usr/lib $p $p/dist-packages $p/dist-packages/odoo /opt /opt/odoo /opt/odoo/odoo && whose $v && with "$by" grep -m1 '^version_info' $v | sed 's/^/odoo /'
fi
for v in apt-get dnf yum; do command -v $v >/dev/null && echo "installer ${v%-get}" && break; done
[ -r ` + state + `/pending ] && sed 's/^/pending /' ` + state + `/pending
`
}

func (h *Host) learnFacts(text string) error {
	f := &Facts{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimRight(line, "\n"), " ")
		switch name {
		case "hostname":
			f.Hostname = value
		case "cpus":
			f.CPUs, _ = strconv.Atoi(value)
		case "cores":
			f.Cores, _ = strconv.Atoi(value)
		case "memory":
			kb, _ := strconv.ParseInt(value, 10, 64)
			f.Memory = kb << 10
		case "os":
			k, v, _ := strings.Cut(value, "=")
			v = strings.Trim(v, `"'`)
			if k == "ID" {
				f.OS = v
			} else {
				f.OSVersion = v
			}
		case "systemd":
			f.Systemd = true
		case "time":
			f.Time, _ = strconv.ParseInt(value, 10, 64)
		case "address":
			if p, err := netip.ParsePrefix(value); err == nil {
				f.Addresses = append(f.Addresses, p)
			}
		case "installer":
			f.Installer = value
		case "nginx":
			f.Nginx, _, _ = strings.Cut(value, " ")
		case "lacks":
			f.Lacks = append(f.Lacks, value)
		case "openssl":
			if fields := strings.Fields(value); len(fields) > 1 {
				f.OpenSSL = fields[1]
			}
		case "odoo":
			f.Odoo = odooVersion(value)
		case "pending":
			if n, ok := parsePending(value); ok {
				f.Pending = append(f.Pending, n)
			}
		}
	}
	if f.CPUs < 1 || f.Memory < 1 {
		return fmt.Errorf("read facts: no CPU count or memory in %q; is /proc mounted?", text)
	}
	if f.Cores < 1 || f.Cores > f.CPUs { // it may have fewer than the machine below it
		f.Cores = f.CPUs
	}
	h.facts = f
	return nil
}

// odooVersion takes the series from release.py: version_info = (14, 0, 0, FINAL, 0, ”).
func odooVersion(line string) string {
	_, tuple, ok := strings.Cut(line, "(")
	parts := strings.Split(tuple, ",")
	if !ok || len(parts) < 2 {
		return ""
	}
	major := strings.Trim(strings.TrimSpace(parts[0]), `'"`)
	minor := strings.TrimSpace(parts[1])
	for _, n := range []string{major, minor} {
		if _, err := strconv.ParseUint(n, 10, 16); err != nil {
			return ""
		}
	}
	return major + "." + minor
}
