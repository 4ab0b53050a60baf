package tasks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// withPackages gives the host a dpkg and an apt whose only available package is tool,
// which needs libtool. Installed packages are a file of lines "STATUS NAME".
func withPackages(t *testing.T, lists string) *scratch {
	t.Helper()
	s := newScratch(t)
	db := filepath.Join(s.bin, "db")
	s.write(db, "installed base\nconfig-files gone\n", 0o644)
	s.write(filepath.Join(s.bin, "lists"), lists, 0o644)
	s.write(filepath.Join(s.bin, "dpkg-query"), `#!/bin/sh
shift 3
case "$1" in
--) shift; for p; do grep -x "installed $p" `+db+` | sed 's/$/ 1.0/'; done ;;
*) cat `+db+` ;;
esac
`, 0o755)
	s.write(filepath.Join(s.bin, "apt-get"), `#!/bin/sh
echo "$@" | sed 's/.*confold //' >>`+s.bin+`/log
case " $* " in
*" update "*) echo tool >`+s.bin+`/lists ;;
*" install tool "*) grep -qx tool `+s.bin+`/lists || { echo "E: Unable to locate package tool"; exit 100; }
	printf 'installed libtool\ninstalled tool\n' >>`+db+` ;;
*) echo "E: Unable to locate package" >&2; exit 100 ;;
esac
`, 0o755)
	s.write(filepath.Join(s.bin, "dpkg"), `#!/bin/sh
shift
for p; do sed -i "s/^installed $p$/config-files $p/" `+db+`; done
`, 0o755)
	return s
}

func (s *scratch) packages() string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.bin, "db"))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

func wants(names ...string) taskFunc {
	return func(h *Host) error {
		_, err := h.Package(names...)
		return err
	}
}

// TestPackage: a missing package is installed, once, and its dependencies are removed
// with it.
func TestPackage(t *testing.T) {
	s := withPackages(t, "tool\n")
	p := s.plan(wants("tool", "base"))
	if len(p.Changes) != 1 || p.Changes[0].What() != "package tool" || p.Reversible() {
		t.Fatalf("%+v", p.Changes)
	}
	s.mustApply(p)
	if got := s.packages(); !strings.Contains(got, "installed tool\n") ||
		!strings.Contains(got, "installed libtool\n") {
		t.Fatalf("installed: %s", got)
	}
	if again := s.plan(wants("tool", "base")); !again.Empty() {
		t.Errorf("there is still something to do: %+v", again.Changes)
	}
	code, out := s.sh(RollbackScript(Run{ID: "back", Root: s.root}, "run1"), nil)
	if want := "installed base\nconfig-files gone\nconfig-files libtool\nconfig-files tool\n"; code != 0 ||
		s.packages() != want {
		t.Errorf("rollback: exit %d, %s\ninstalled: %s", code, out, s.packages())
	}
}

// TestPackageLists: lists that do not have the package are fetched once more.
func TestPackageLists(t *testing.T) {
	s := withPackages(t, "")
	s.mustApply(s.plan(wants("tool")))
	if got := s.packages(); !strings.Contains(got, "installed tool\n") {
		t.Errorf("installed: %s", got)
	}
	if log := s.log(); !strings.Contains(log, "update\n") || !strings.HasSuffix(log, "--no-remove install tool\n") {
		t.Errorf("apt was asked: %s", log)
	}
}

// TestPackageMissing: an unknown package is reported by name, and nothing else of the
// plan is done.
func TestPackageMissing(t *testing.T) {
	s := withPackages(t, "tool\n")
	was := s.packages()
	code, out := s.apply(s.plan(func(h *Host) error {
		h.File("/etc/a").SetText("a\n").Own(s.owner, s.group, 0o644)
		_, err := h.Package("nosuch")
		return err
	}))
	if code != int(ExitPutBack) || !strings.Contains(out, "install_packages nosuch") ||
		!strings.Contains(out, "Unable to locate package") {
		t.Errorf("exit %d: %s", code, out)
	}
	if s.packages() != was || strings.Contains(s.tree(), "/etc/a") {
		t.Errorf("left behind: %s%s", s.packages(), s.tree())
	}
}

// TestPackageFailsLater: a failure after the installation reverts it.
func TestPackageFailsLater(t *testing.T) {
	s := withPackages(t, "tool\n")
	code, out := s.apply(s.plan(func(h *Host) error {
		h.File("/etc/a").SetText("a\n").Own(s.owner, s.group, 0o644)
		h.Command(Command{Title: "fail", Run: "false"})
		_, err := h.Package("tool")
		return err
	}))
	if code != int(ExitPutBack) || strings.Contains(s.packages(), "installed tool") ||
		strings.Contains(s.packages(), "installed libtool") {
		t.Errorf("exit %d: %s\n%s", code, out, s.packages())
	}
}

func TestPackageName(t *testing.T) {
	s := withPackages(t, "")
	for _, name := range []string{"", "-y", "a b", "a;b", "../a.deb"} {
		if _, err := s.tryPlan(wants(name)); err == nil {
			t.Errorf("%q is taken for the name of a package", name)
		}
	}
}
