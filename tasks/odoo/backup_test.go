package odoo

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// backs runs the script of a backup in a folder, at a time, with the test's own
// functions, and returns its output and whether it succeeded.
func backs(t *testing.T, dir, at, words string) (string, bool) {
	t.Helper()
	c := copies{"database",
		"about() { ending=dump; }\nnone() { false; }\nsize() { echo 1; }\nsave() { echo data >\"$1\"; }\n" +
			"whole() { grep -q data \"$1\"; }\ndate() { echo " + at + "; }\n" + words + "\n", nil, "echo back"}
	script := strings.Replace(c.run("/"+filepath.Base(dir), "mycompany", 2), "root=\n",
		"root='"+filepath.Dir(dir)+"'\n", 1)
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
		if want := "database of mycompany in " + dir + "/" + at + "-mycompany.dump ("; !ok ||
			!strings.HasPrefix(out, want) ||
			!strings.HasSuffix(out, "; back by: sh "+dir+"/"+at+"-mycompany.restore-dump\n") {
			t.Fatalf("%v: %s", ok, out)
		}
		if at == "20260101T000000Z" { // files of others, and of another database
			for _, name := range []string{"20250101T000000Z-other-mycompany.dump", "mine-mycompany.dump",
				"20250101T000000Z-mycompany.tar"} {
				if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	want := "20250101T000000Z-mycompany.tar 20250101T000000Z-other-mycompany.dump 20260102T000000Z-mycompany.dump " +
		"20260102T000000Z-mycompany.restore-dump 20260103T000000Z-mycompany.dump 20260103T000000Z-mycompany.restore-dump " +
		"mine-mycompany.dump"
	if got := files(t, dir); got != want {
		t.Errorf("there are %s\nwant %s", got, want)
	}
}

func TestBackupFails(t *testing.T) {
	for _, c := range []struct{ name, words, want string }{
		{"no room", "size() { echo 99999999999999; }", "MB free, and database of mycompany takes up to"},
		{"no size", "size() { echo no such database; return 1; }",
			"how big database of mycompany is could not be read: no such database"},
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
	for _, b := range []Backup{{Of: "all"}, {Of: "databases", Keep: -1}, {Of: "filestores", Dir: "backup"},
		{Of: "filestores", Dir: "/"}} {
		if b.Validate() == nil {
			t.Errorf("%+v is not refused", b)
		}
	}
	if err := (&Backup{Of: "filestores", Keep: 1, Dir: "/srv/backup"}).Validate(); err != nil {
		t.Error(err)
	}
}

// TestCopies backs up a database and a filestore on a host with a fake PostgreSQL, and
// restores both by the scripts that are left.
func TestCopies(t *testing.T) {
	t.Parallel()
	bin, root, notes := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "notes")
	for name, text := range map[string]string{
		"setpriv": "while [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"",
		"psql": "echo \"psql $*\" >>" + notes + "; q=$(cat); echo \"$q\" >>" + notes +
			"; case $q in *size*) echo 7 ;; *datdba*) echo owner ;; *count*) echo ${SESSIONS-0} ;; esac",
		"pg_dump": "echo \"pg_dump $*\" >>" + notes + "; echo a dump",
		"pg_restore": "echo \"pg_restore $*\" >>" + notes + "; cat >>" + notes +
			"; echo ' TABLE DATA public ir_module_module '",
		"id": "echo 0", "df": "printf 'x\\nx x x 99999999\\n'", "ls": "PATH=/usr/bin:/bin; exec ls \"$@\"",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	store := filepath.Join(root, "it's", "filestore")
	if err := os.MkdirAll(filepath.Join(store, "prod"), 0o755); err != nil {
		t.Fatal(err)
	}
	sh := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", args...)
		cmd.Env = []string{"PATH=" + bin + ":/usr/sbin:/usr/bin:/sbin:/bin"}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	kept := filepath.Join(t.TempDir(), "kept")
	about := []string{bin, "/run/post gres", "5433"}
	for _, c := range []copies{
		{"database", backupDatabase, about, given(restoreDatabase, append([]string{"prod"}, about...))},
		{"filestore", backupFilestore, []string{store, "odoo"},
			given(restoreFilestore, []string{"prod", store, "odoo"})},
		{"filestore", backupFilestore, []string{store + "s", "odoo"}, "nothing to bring back"},
	} {
		sh("-c", strings.Replace(c.run("/backups", "prod", 3), "root=\n", "root='"+root+"'\n", 1), "sh", "", "", kept)
	}
	said, err := os.ReadFile(kept)
	lines := strings.Split(string(said), "\n")
	if err != nil || len(lines) != 4 || lines[2] != "nothing of the filestore of prod: there is no "+store+"s/prod" {
		t.Fatalf("it keeps %s (%v)", said, err)
	}
	for i, want := range []string{"database prod is back as it was at ",
		"the filestore of prod is back as it was at "} {
		_, script, _ := strings.Cut(lines[i], "back by: sh ")
		if out := sh(script); !strings.Contains(out, want) {
			t.Errorf("%s says %s", script, out)
		}
	}
	if got := files(t, store); !strings.HasPrefix(got, "prod prod-before-") {
		t.Errorf("the filestore has %s", got)
	}
	told, _ := os.ReadFile(notes)
	for _, want := range []string{
		"psql -h /run/post gres -p 5433 -XAtq -v ON_ERROR_STOP=1 -v db=prod -d postgres\n" +
			"select pg_database_size(:'db') / 1024\n",
		"pg_dump -h /run/post gres -p 5433 -Fc --role=owner prod\n",
		"where datname = :'db'\n", "alter database :\"db\" rename to :\"kept\"\n",
		"pg_restore -h /run/post gres -p 5433 --create --exit-on-error -d postgres\na dump\n",
	} {
		if !strings.Contains(string(told), want) {
			t.Errorf("PostgreSQL's programs were told\n%s\nwant %q", told, want)
		}
	}
}
