//go:build lab

package conf

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestOracle asks the machine's own PostgreSQL, in single-user mode and with
// no socket, how it reads the lines (view pg_file_settings).
func TestOracle(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(dir, "data")
	server := func(stdin, name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		if os.Getuid() == 0 {
			cmd = exec.Command("runuser", append([]string{"-u", "postgres", "--", name}, args...)...)
		}
		cmd.Dir = "/"
		cmd.Stdin = strings.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	server("", "initdb", "-D", data, "-N", "--locale=C", "-E", "UTF8", "-A", "trust")

	// The server starts on its own file; each text is put in its place just
	// before the view reads it.
	var sql strings.Builder
	for i, test := range lines {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.conf", i)), []byte(test.text+"\nx.last = 1"), 0o644); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&sql, "copy (select 1) to program 'cat >/dev/null; cp %s/%d.conf %s/postgresql.conf'\n", dir, i, data)
		fmt.Fprintf(&sql, "copy (select replace(encode(convert_to(coalesce(json_agg(r order by seqno), '[]')::text, 'UTF8'), 'base64'), chr(10), '') from pg_file_settings r where sourcefile like '%%postgresql.conf') to '%s/%d.answer'\n", dir, i)
	}
	server(sql.String(), "postgres", "--single", "-D", data, "postgres")

	for i, test := range lines {
		raw, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%d.answer", i)))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(raw)))
		if err != nil {
			t.Fatal(err)
		}
		var rows []struct {
			Line    int     `json:"sourceline"`
			Name    *string `json:"name"`
			Setting *string `json:"setting"`
			Error   *string `json:"error"`
		}
		if err := json.Unmarshal(plain, &rows); err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, r := range rows {
			if r.Name != nil && r.Setting != nil {
				want = append(want, fmt.Sprintf("%d:%s=%s", r.Line, strings.ToLower(*r.Name), *r.Setting))
			} else if r.Error != nil {
				want = append(want, fmt.Sprintf("%d:%s", r.Line, *r.Error))
			}
		}
		file := Parse(test.text + "\nx.last = 1")
		var got []string
		for _, e := range file.Entries {
			got = append(got, fmt.Sprintf("%d:%s=%s", e.Line, e.Name, e.Value))
		}
		if len(file.Errors) > 0 { // for the view the server stops at the first one
			got = []string{fmt.Sprintf("%d:syntax error", file.Errors[0].Line)}
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q\nserver %q\n  ours %q", test.text, want, got)
		}
	}
}
