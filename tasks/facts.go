package tasks

import (
	_ "embed"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"odooctl/remote/shell"
)

// Facts describes a host as a machine. They are read with the first answers, whatever
// was asked.
type Facts struct {
	Hostname  string
	OS        string // ID of os-release: debian, ubuntu, rhel, ...
	OSVersion string // VERSION_ID: 12
	CPUs      int
	Cores     int   // physical ones: two threads of a core count as one
	Memory    int64 // bytes
	Systemd   bool  // systemd is the first process
	Addresses []netip.Prefix
	Installer string // apt, dnf or yum; "" where packages cannot be installed
	Pending   []Notification
	Time      int64   // seconds since 1970, by the host's clock
	Uptime    int64   // seconds since the machine started; 0 = not known, and then Load is not, either
	Load      float64 // processes that ran or waited for a processor, the mean of the last minute

	of map[string][]string // facts that systems registered
}

// Of returns the values of a system's fact, one per line; see RegisterFacts.
func (f *Facts) Of(name string) []string { return f.of[name] }

var systemFacts string

// RegisterFacts adds shell that prints facts of every host, whatever is asked: a line
// `NAME VALUE` each, with names of the system's own. Call it from an init function.
func RegisterFacts(program string) { systemFacts += shell.Bare(program) }

//go:embed facts.sh
var machineFacts string

// readFacts prints one `name value` line per fact.
func readFacts(state string) string {
	return shell.Bare(machineFacts) + "machine\n" + systemFacts + "tools " + shell.Quote(state) + "\n"
}

func (h *Host) learnFacts(text string) error {
	f := &Facts{of: map[string][]string{}}
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
		case "uptime":
			f.Uptime, _ = strconv.ParseInt(value, 10, 64)
		case "load":
			f.Load, _ = strconv.ParseFloat(value, 64)
		case "address":
			if p, err := netip.ParsePrefix(value); err == nil {
				f.Addresses = append(f.Addresses, p)
			}
		case "installer":
			f.Installer = value
		case "pending":
			if n, ok := parsePending(value); ok {
				f.Pending = append(f.Pending, n)
			}
		default:
			f.of[name] = append(f.of[name], value)
		}
	}
	if f.CPUs < 1 || f.Memory < 1 {
		return fmt.Errorf("read facts: no CPU count or memory in %q; is /proc mounted?", text)
	}
	if f.Cores < 1 || f.Cores > f.CPUs { // a guest may have fewer than the machine below it
		f.Cores = f.CPUs
	}
	h.facts = f
	return nil
}
