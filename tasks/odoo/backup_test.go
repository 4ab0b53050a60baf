package odoo

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/tasks"
)

// backs runs the script of a backup in a folder, at a time, with words of the test's
// own, and returns what it said and whether it worked.
func backs(t *testing.T, dir, at, words string) (string, bool) {
	t.Helper()
	script := "root='" + filepath.Dir(dir) + "' dir='/" + filepath.Base(dir) + "' db=mycompany what=database keep=2 ending=dump\n" +
		"size() { echo 1; }\nsave() { echo data >\"$1\"; }\nwhole() { grep -q data \"$1\"; }\nback() { echo echo back; }\n" +
		"date() { echo " + at + "; }\n" + tasks.Folders + words + "\n" + backup
	kept := filepath.Join(t.TempDir(), "kept")
	out, err := exec.Command("sh", "-c", script, "sh", "", "", kept).CombinedOutput()
	if told, none := os.ReadFile(kept); none == nil {
		out = append(out, told...)
	}
	return string(out), err == nil
}

func files(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range list {
		names = append(names, f.Name())
	}
	return strings.Join(names, " ")
}

func TestBackupKeeps(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mycompany")
	for _, at := range []string{"20260101T000000Z", "20260102T000000Z", "20260103T000000Z"} {
		out, ok := backs(t, dir, at, "")
		if want := "database of mycompany in " + dir + "/" + at + "-mycompany.dump ("; !ok || !strings.HasPrefix(out, want) || !strings.HasSuffix(out, "; back by: sh "+dir+"/"+at+"-mycompany.restore-dump\n") {
			t.Fatalf("%v: %s", ok, out)
		}
		if at == "20260101T000000Z" { // files of others, and of another database
			for _, name := range []string{"20250101T000000Z-other-mycompany.dump", "mine-mycompany.dump", "20250101T000000Z-mycompany.tar"} {
				if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	want := "20250101T000000Z-mycompany.tar 20250101T000000Z-other-mycompany.dump 20260102T000000Z-mycompany.dump 20260102T000000Z-mycompany.restore-dump 20260103T000000Z-mycompany.dump 20260103T000000Z-mycompany.restore-dump mine-mycompany.dump"
	if got := files(t, dir); got != want {
		t.Errorf("there are %s\nwant %s", got, want)
	}
}

func TestBackupFails(t *testing.T) {
	for _, c := range []struct{ name, words, want string }{
		{"no room", "size() { echo 99999999999999; }", "MB free, and database of mycompany takes up to"},
		{"no size", "size() { echo no such database; return 1; }", "how big database of mycompany is could not be read: no such database"},
		{"broken off", "save() { echo half >\"$1\"; return 1; }", "the backup of database of mycompany is not whole"},
		{"not whole", "save() { echo half >\"$1\"; }", "the backup of database of mycompany is not whole"},
	} {
		dir := filepath.Join(t.TempDir(), "mycompany")
		out, ok := backs(t, dir, "20260101T000000Z", c.words)
		if ok || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v: %s, want %s", c.name, ok, out, c.want)
		}
		if left := files(t, dir); left != "" {
			t.Errorf("%s: it leaves %s", c.name, left)
		}
	}
}

func TestBackupValidates(t *testing.T) {
	for _, b := range []Backup{{Of: "all"}, {Of: "databases", Keep: -1}, {Of: "filestores", Dir: "backup"}, {Of: "filestores", Dir: "/"}} {
		if b.Validate() == nil {
			t.Errorf("%+v is not refused", b)
		}
	}
	if err := (&Backup{Of: "filestores", Keep: 1, Dir: "/srv/backup"}).Validate(); err != nil {
		t.Error(err)
	}
}
