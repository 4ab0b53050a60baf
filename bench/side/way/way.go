// Package way has the ways to bring the same site to the same hosts: odooctl, Ansible,
// Ansible with Mitogen, and the floor, which is one careful hand-written script, sent
// through ssh to all hosts at once:
//
//	err := way.Prepare(dir, sites, pair)
//	for _, w := range way.All() {
//		cmd := w.Command(dir, call)
//	}
//
// What each way needs is data beside this file. The files on the hosts are the
// templates of Ansible's roles; the floor's script contains the same texts, and odooctl
// makes its own. The caller has to check that the results are equal.
package way

import (
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

//go:embed odooctl.yaml.tmpl all:ansible floor
var data embed.FS

// Way is one of them.
type Way struct {
	Name string
	// idle matches the output of a run without changes on any host.
	idle *regexp.Regexp
	// busy matches the output of a run that changed something.
	busy    *regexp.Regexp
	command func(dir string, c Call) []string
	env     func(c Call) []string
}

// Call is one run of a way.
type Call struct {
	SSHConfig string   // has the hosts' addresses
	Variant   int      // 0 or 1: they differ in one value of one file
	Hosts     []string // all of them
}

// All returns the ways, in the order in which they take turns.
func All() []Way {
	recap := regexp.MustCompile(`(?m)^\S+ +: ok=\d+ +changed=0 `)
	changed := regexp.MustCompile(`(?m)^\S+ +: ok=\d+ +changed=[1-9]`)
	return []Way{
		{
			Name: "odooctl",
			idle: regexp.MustCompile(`(?m)^plan: 0 changes on \d+ hosts`),
			busy: regexp.MustCompile(`(?m)^run \S+: [1-9]\d* changes?,`),
			command: func(_ string, c Call) []string {
				return []string{"./odooctl", "apply", "--yes", "--no-diff", "-F", c.SSHConfig,
					fmt.Sprintf("odooctl-%d.yaml", c.Variant)}
			},
			env: func(Call) []string { return nil },
		},
		{Name: "Ansible", idle: recap, busy: changed, command: playbook, env: ansible("free")},
		{Name: "Ansible with Mitogen", idle: recap, busy: changed, command: playbook, env: ansible("mitogen_free")},
		{
			Name: "floor",
			idle: regexp.MustCompile(`\A\z`),
			busy: regexp.MustCompile(`(?m)^changed /`),
			command: func(_ string, c Call) []string {
				return append([]string{"sh", "run.sh", c.SSHConfig, fmt.Sprint(c.Variant)}, c.Hosts...)
			},
			env: func(Call) []string { return nil },
		},
	}
}

func playbook(_ string, c Call) []string {
	return []string{"ansible-playbook", "-i", fmt.Sprintf("hosts-%d.yml", c.Variant), "site.yml"}
}

// ansible is Ansible's environment: what depends on the call, and no colours. Each call
// has its own folder for ControlPersist's masters.
func ansible(strategy string) func(Call) []string {
	return func(c Call) []string {
		return []string{
			"BENCH_STRATEGY=" + strategy,
			"ANSIBLE_NOCOLOR=1",
			"ANSIBLE_STRATEGY_PLUGINS=/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy",
			"ANSIBLE_SSH_ARGS=-F " + c.SSHConfig + " -o ControlMaster=auto -o ControlPersist=60s",
		}
	}
}

// Command is a run of the way in a folder that Prepare filled.
func (w Way) Command(dir string, c Call) *exec.Cmd {
	args := w.command(dir, c)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = filepath.Join(dir, w.folder())
	if strings.HasPrefix(args[0], "./") {
		cmd.Path = filepath.Join(cmd.Dir, args[0])
	}
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(dir, "home"), "LC_ALL=C.UTF-8"},
		w.env(c)...)
	return cmd
}

// Idle reports whether a run's output says that there was nothing to do on any host.
func (w Way) Idle(output string) bool {
	return w.idle.MatchString(output) && !w.busy.MatchString(output)
}

// Busy reports whether a run's output says that it changed something.
func (w Way) Busy(output string) bool { return w.busy.MatchString(output) }

func (w Way) folder() string {
	switch w.Name {
	case "odooctl", "floor":
		return w.Name
	}
	return "ansible"
}
