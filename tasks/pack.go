package tasks

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"odooctl/remote/shell"
)

//go:embed verbs
var verbFiles embed.FS

// Rights is the shell function that runs something as another user: as.
var Rights = join(verbFiles, "rights")

// Folders are the shell functions that determine a folder's owner, for commands that
// work as root below a path that the operator gives: walk, enter, as.
var Folders = Rights + join(verbFiles, "folders")

// inFolders are the shell functions for paths in folders, whoever owns them.
var inFolders = join(verbFiles, "folders", "files")

// unitStates are the shell functions that report the state of a unit.
var unitStates = join(verbFiles, "states")

// own are the verbs of the engine; systems register theirs.
var own = Rights + inFolders + unitStates + join(verbFiles, "begin", "lock", "expect", "undo", "packages") +
	forOwners("fetching", "taking", "sums", "shape") +
	join(verbFiles, "trees", "builds", "accounts", "units", "revert", "reboot")

var systemVerbs string

// RegisterVerbs adds shell functions of a system: its steps are calls of them, and its
// checks, proofs and uses may call them. They may use Rights. Call it from an init function.
func RegisterVerbs(program string) { systemVerbs += program }

// verbs are the shell functions that a packed program calls.
func verbs() string { return own + systemVerbs }

// forOwners returns programs that run with the rights of a folder's owner, as shell
// that sets a variable to each.
func forOwners(names ...string) (text string) {
	for _, n := range names {
		text += n + "=" + shell.Quote(strings.TrimSpace(shell.Bare(join(verbFiles, "theirs/"+n)))) + "\n"
	}
	return text
}

// join concatenates embedded files.
func join(files embed.FS, names ...string) (text string) {
	for _, n := range names {
		b, err := files.ReadFile("verbs/" + n + ".sh")
		if err != nil {
			panic(err) // missing from the build
		}
		text += string(b)
	}
	return text
}

// stateDir is where a host keeps the lock, what is pending and the before-images of the
// last runs. Only root can read it.
const stateDir = "/var/lib/odooctl"

// Run identifies one run on the hosts.
type Run struct {
	ID   string // sorts by time, such as 20261122T170000-3f9a
	Who  string // shown to others who find the host locked
	Wait int    // seconds to wait for another run's lock
	For  string // the run for which the host may be reserved; "" = none
	Root string // prefix of every path; "" except in tests
}

// ExitCode is how the packed script ends.
type ExitCode int

// Results of the script, apart from 0 for done.
const (
	ExitLocked     ExitCode = 75 // another run is at work on the host; nothing touched
	ExitStale      ExitCode = 76 // the host is not as it was planned from; nothing touched, or all that was made is gone again
	ExitPutBack    ExitCode = 77 // failed, and everything put back
	ExitNotPutBack ExitCode = 78 // failed, and not everything could be put back
	ExitGone       ExitCode = 79 // there is no such run to go back from
)

// Pack returns the program that makes the plan on the host, to be run by a POSIX shell
// as root, and its payload for standard input: a tar of the new files. The
// program locks, compares, backs up, stages, records what is pending, renames,
// validates, acts on the units and proves it. Any failure puts everything back.
func (p *Plan) Pack(run Run) (text string, payload Payload) {
	s := &Script{back: p.inverse}
	p.compile(s)
	p.rehearse(s)
	p.await(s)
	for _, c := range p.Checks {
		s.line(phaseCheck, pick(c.Live, "check", "recheck"), c.Title, c.Run)
	}
	p.act(s)
	s.files = append(s.files, attachment{name: "what", data: p.what()})
	if p.Risky() {
		s.files = append(s.files, attachment{name: "verbs", data: verbs()})
	}

	var b strings.Builder
	b.WriteString(prelude(run))
	fmt.Fprintf(&b, "steps=%d\n", s.steps())
	b.WriteString("unpack\nexpected() {\n:\n" + s.phases[phaseExpect].String() + "}\nexpected\n")
	for phase := range s.phases {
		if phase == phaseExpect {
			continue
		}
		if phase == phaseSwap {
			b.WriteString("made=1\nexpected\n")
			p.pend(&b)
			if p.Risky() {
				fmt.Fprintf(&b, "arm %d\n", armedWhileApplying)
			}
		}
		b.WriteString(s.phases[phase].String())
	}
	b.WriteString("finish\n")
	if p.Risky() {
		fmt.Fprintf(&b, "arm %d\n", armedUntilConfirmed)
	}
	return b.String(), Payload{s.files}
}

// compile adds the lines that make the changes.
func (p *Plan) compile(s *Script) {
	for _, k := range kinds {
		if k.together != nil {
			k.together(s, slices.DeleteFunc(slices.Clone(p.Changes), func(c Change) bool { return c.kind != k }))
		}
	}
	for _, c := range p.Changes {
		if c.kind.Compile == nil {
			continue
		}
		s.undo = func(u *Script) { c.kind.Compile(u, c.Name, c.After, c.Before) }
		c.kind.Compile(s, c.Name, c.Before, c.After)
	}
	s.undo = nil
}

// PayloadFile is the file on the host for the payload of a run that is too large to
// travel with the script.
func PayloadFile(run string) string { return stateDir + "/payload-" + run }

// FromFile is prepended to a packed program that takes its payload from a file on the
// host; it unlinks the file once it is open.
func FromFile(file string) string {
	return fmt.Sprintf("exec <%[1]s && rm -f %[1]s || exit %[2]d\n", shell.Quote(file), ExitPutBack)
}

// prelude begins every program that changes a host.
func prelude(run Run) string {
	return fmt.Sprintf("root=%s\n%sbegin %s %s %d %s\n",
		shell.Quote(run.Root), verbs(), shell.Quote(run.ID), shell.Quote(run.Who), run.Wait, shell.Quote(run.For))
}

//go:embed reserve.sh
var reserveHost string

// ReserveScript returns the program that keeps a host for run.For as long as the shell
// that runs it lives. Other runs cannot lock the host. It exits with 0, or with
// ExitLocked and the name of the holder.
func ReserveScript(run Run) string {
	return "root=" + shell.Quote(run.Root) + "\n" + join(verbFiles, "folders", "begin", "lock") +
		shell.Call(reserveHost, "reserve_host", strconv.Itoa(run.Wait), run.For, run.Who) + "\n"
}

// what summarizes what the plan changes, for a later rollback.
func (p *Plan) what() string {
	var b strings.Builder
	for _, c := range p.Changes {
		fmt.Fprintf(&b, "%c %s\n", c.Sign(), c.What())
	}
	for _, c := range p.Commands {
		fmt.Fprintf(&b, "? %s\n", c.Title)
	}
	for _, a := range p.Actions {
		fmt.Fprintf(&b, "! %s %s\n", a.Verb, a.Unit)
	}
	if p.Reboot != nil {
		b.WriteString("! reboot\n")
	}
	return b.String()
}

// pend records the actions on units before the first file changes.
func (p *Plan) pend(b *strings.Builder) {
	for _, a := range p.Actions {
		if a.Verb != "start" {
			fmt.Fprintf(b, "pend %s\n", shell.Words(a.Verb, a.Unit, strings.Join(a.Why, "; ")))
		}
	}
}

// act adds the actions on units in their order, each with the commands that have to run
// before it.
func (p *Plan) act(s *Script) {
	commands := func(wanted func(Command) bool) {
		for _, c := range p.Commands {
			if wanted(c) {
				p.run(s, c)
			}
		}
	}
	for _, a := range p.Actions {
		commands(func(c Command) bool { return c.Before == a.Unit })
		proof := p.proofs[a.Unit]
		if proof.Within == 0 {
			proof.Within = 30
		}
		verb := a.Verb
		if p.stopped(a.Unit) {
			verb = "start"
		}
		words := []string{verb, a.Unit, proof.Before, proof.After, strconv.Itoa(proof.Within)}
		if proof.Log.File != "" {
			words = append(words, proof.Log.File, proof.Log.User)
		}
		if proof.Serves != "" {
			s.line(phaseUnits, "serves", a.Unit, proof.Serves)
		}
		s.doing(phaseUnits, gerunds[verb]+" "+a.Unit)
		s.line(phaseUnits, "act", words...)
	}
	commands(func(c Command) bool { return c.Before == "" || !p.Acts(c.Before) })
	p.gate(s)
}
