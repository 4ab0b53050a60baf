package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestFindLast: the last run is the newest of the history, also among several of one second,
// and is found though an older journal cannot be read.
func TestFindLast(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(id, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, id+extension), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	began := func(id string, millisecond int) {
		t.Helper()
		write(id, fmt.Sprintf(`{"time":"2026-11-22T18:00:00.%03dZ","type":"run_begun","run":%q,"hosts":["db1"]}`+"\n",
			millisecond, id))
	}
	write("20261121T180000-aaaa", "no journal\n")
	for i, id := range []string{"20261122T175959-ffff", "20261122T180000-bbbb", "20261122T180000-cccc",
		"20261122T180000-0000"} {
		began(id, 100+i%3) // of those of one second, cccc began last
		all, err := History(dir)
		if err != nil {
			t.Fatal(err)
		}
		if last, err := Find(dir, Last); err != nil || last.ID != all[0].ID {
			t.Errorf("after %s the last run is %v (%v), the newest of the history %s", id, last, err, all[0].ID)
		}
	}
	if last, err := Find(dir, Last); err != nil || last.ID != "20261122T180000-cccc" {
		t.Errorf("the last run is %v, %v", last, err)
	}
	write("20261123T180000-dddd", "no journal\n")
	if _, err := Find(dir, Last); err == nil {
		t.Error("the newest journal cannot be read, and that is no error")
	}
}
