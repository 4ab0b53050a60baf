package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestOutlines: they say the same of the begin and the end of each run as the history does.
func TestOutlines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	begun := `{"time":"2026-11-22T18:00:0%d.000Z","type":"run_begun","verb":"apply","run":%[2]q,"hosts":["db1"]}` + "\n"
	host := `{"time":"2026-11-22T18:00:09.000Z","type":"host_ended","host":"db1","state":"changed"}` + "\n"
	ended := `{"time":"2026-11-22T18:00:09.000Z","type":"run_ended","exit":%d}` + "\n"
	for i, text := range []string{host + fmt.Sprintf(ended, 0), host + fmt.Sprintf(ended, 4), host, host + `{"time":"20`, ""} {
		id := fmt.Sprintf("20261122T18000%d-aaaa", i)
		text = fmt.Sprintf(begun, i, id) + text
		if err := os.WriteFile(filepath.Join(dir, id+extension), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, broken := range []string{"", "no journal", "no journal\n"} {
		name := fmt.Sprintf("20261122T190000-%04x", len(broken))
		if err := os.WriteFile(filepath.Join(dir, name+extension), []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := History(dir)
	if err != nil {
		t.Fatal(err)
	}
	if list := Outlines(dir, "20261122T180002", 9); len(list) != 1 {
		t.Errorf("%d runs begin as one", len(list))
	}
	if list := Outlines(dir, "", 2); len(list) != 2 || list[0].ID != all[3].ID {
		t.Errorf("the newest two are %v", list)
	}
	list := Outlines(dir, "", 9)
	if len(list) != 5 || len(all) != 8 {
		t.Fatalf("%d of %d runs", len(list), len(all))
	}
	for i, r := range all[3:] {
		code, ended := r.Exit()
		b, end := list[i].Exit()
		if list[i].ID != r.ID || list[i].Begin.Verb != VerbApply || b != code || end != ended {
			t.Errorf("%s: exit %d (%t), and in the history %s exit %d (%t)", list[i].ID, b, end, r.ID, code, ended)
		}
	}
}
