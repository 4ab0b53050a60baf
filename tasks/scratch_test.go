package tasks

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	osuser "os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
)

// scratch is a host that is a folder: the real scripts run on it by the real sh, with a
// systemctl that records its calls.
type scratch struct {
	t            *testing.T
	root         string
	bin          string
	owner, group string
	runs         int
	path         string // PATH of the host's programs; "" = this machine's
}

func newScratch(t *testing.T) *scratch {
	t.Helper()
	s := &scratch{t: t, root: t.TempDir(), bin: t.TempDir()}
	me, err := osuser.Current()
	if err != nil {
		t.Fatal(err)
	}
	g, err := osuser.LookupGroupId(me.Gid)
	if err != nil {
		t.Fatal(err)
	}
	s.owner, s.group = me.Username, g.Name
	for _, d := range []string{"/etc", "/var/lib"} {
		if err := os.MkdirAll(s.root+d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	stub := fmt.Sprintf(`#!/bin/sh
s=%s
case $1 in
show)
	case $2 in
	--no-pager)
		shift 5
		for u; do
			read -r state _ 2>/dev/null <$s/$u
			printf 'LoadState=%%s\nActiveState=%%s\nUnitFileState=enabled\n\n' "$([ -n "$state" ] && echo loaded || echo not-found)" "$state"
		done ;;
	-p)
		[ "$4" != --value ] || { shift 5; cd $s && cat $(printf 'with-%%s ' "$@") 2>/dev/null; exit 0; }
		if [ -s $s/next-$5 ]; then
			head -n 1 $s/next-$5 >$s/$5
			sed -i 1d $s/next-$5
		fi
		read -r state sub again id type result 2>/dev/null <$s/$5
		printf 'ActiveState=%%s\nSubState=%%s\nNRestarts=%%s\nInvocationID=%%s\nType=%%s\nResult=%%s\n' "$state" "${sub:-running}" "${again:-0}" "${id:-id}" "${type:-simple}" "${result:-success}"
		printf 'RemainAfterExit=no\nTimeoutStartUSec=1min 30.5s\nTimeoutStopUSec=infinity\n' ;;
	esac ;;
list-units) cat $s/running 2>/dev/null ;;
stop) grep -q '^failed' $s/$2 2>/dev/null || echo inactive dead >$s/$2 ;;
reset-failed) ! grep -q '^failed' $s/$2 2>/dev/null || echo inactive dead >$s/$2 ;;
reload|restart|start)
	echo "$1 $2" >>$s/log
	[ ! -e $s/broken-$2 ] || { echo failed failed >$s/$2; exit 1; }
	[ ! -e $s/refused-$2 ] || { rm $s/refused-$2; exit 1; }
	if [ -e $s/$1-$2 ]; then
		cp $s/$1-$2 $s/next-$2
		rm $s/$1-$2
	else
		echo active >$s/$2
	fi ;;
esac
`, s.bin)
	s.write(filepath.Join(s.bin, "sleep"), "#!/bin/sh\n", 0o755)
	s.write(filepath.Join(s.bin, "systemctl"), stub, 0o755)
	return s
}

func (s *scratch) write(path, text string, mode os.FileMode) {
	s.t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		s.t.Fatal(err)
	}
}

// file puts a file on the host.
func (s *scratch) file(path, text string) { s.write(s.root+path, text, 0o644) }

// sh runs a script on the host and returns its exit code and output; -1 if it was
// killed.
// unpacked is what a payload writes.
func unpacked(payload io.WriterTo) string {
	var b strings.Builder
	if payload != nil {
		if _, err := payload.WriteTo(&b); err != nil {
			panic(err)
		}
	}
	return b.String()
}

func (s *scratch) sh(script string, payload io.WriterTo) (int, string) {
	s.t.Helper()
	return s.run([]string{"sh", "-c", script}, payload)
}

func (s *scratch) run(argv []string, payload io.WriterTo) (int, string) {
	s.t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = []string{"PATH=" + s.bin + ":" + cmp.Or(s.path, "/usr/sbin:/usr/bin:/sbin:/bin"), "LC_ALL=C"}
	cmd.Stdin = strings.NewReader(unpacked(payload))
	cmd.WaitDelay = 2 * time.Second // processes of a killed shell may hold its output
	out, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited && !errors.Is(err, exec.ErrWaitDelay) {
		s.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// plan reads the host for a task and returns what the task would change.
func (s *scratch) plan(task taskFunc) *Plan {
	s.t.Helper()
	p, err := s.tryPlan(task)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

func (s *scratch) tryPlan(task taskFunc) (*Plan, error) {
	s.t.Helper()
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts:\n  h: {address: 192.0.2.1}\n"), inventory.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	f := NewFleet(inv, time.Unix(0, 0))
	stages := []Stage{{Name: "test", Hosts: inv.Hosts, Tasks: []NamedTask{{"test", task}}}}
	for range 8 {
		asking := f.Plan(stages)
		if len(asking) == 0 {
			h := f.Host("h")
			if h.Err() != nil {
				return nil, h.Err()
			}
			return h.Plan(0, 0), nil
		}
		cmd := exec.Command("sh", "-c", asking[0].readScript("nonce", s.root))
		cmd.Env = []string{"PATH=" + s.bin + ":" + cmp.Or(s.path, "/usr/sbin:/usr/bin:/sbin:/bin"), "LC_ALL=C"}
		out, _ := cmd.Output()
		if err := asking[0].Learn("nonce", out); err != nil {
			s.t.Fatal(err)
		}
	}
	s.t.Fatal("the task never stops asking")
	return nil, nil
}

// apply makes a plan on the host.
func (s *scratch) apply(p *Plan) (int, string) {
	s.runs++
	return s.sh(p.Pack(Run{ID: fmt.Sprintf("run%d", s.runs), Who: "test", Root: s.root}))
}

func (s *scratch) mustApply(p *Plan) {
	s.t.Helper()
	if code, out := s.apply(p); code != 0 {
		s.t.Fatalf("apply: exit %d\n%s", code, out)
	}
}

// tree lists everything on the host but our own state: path, mode, content.
func (s *scratch) tree() string {
	s.t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(s.root, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(p, s.root)
		if rel == stateDir {
			return filepath.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s\t%v", rel, info.Mode())
		switch {
		case info.Mode().IsRegular():
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, " %q", data)
		case info.Mode()&os.ModeSymlink != 0:
			target, err := os.Readlink(p)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, " -> %s", target)
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return b.String()
}

func (s *scratch) log() string {
	data, _ := os.ReadFile(s.bin + "/log")
	return string(data)
}

type taskFunc func(h *Host) error

func (f taskFunc) Plan(h *Host) error { return f(h) }
