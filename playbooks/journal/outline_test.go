package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"
)

// keep writes journals of runs on that many hosts, each of which failed on every hundredth
// host, the newest last.
func keep(tb testing.TB, dir string, runs, hosts int) {
	tb.Helper()
	var names []string
	for i := range hosts {
		names = append(names, fmt.Sprintf("host%04d.example", i))
	}
	for n := range runs {
		began := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Hour)
		id := fmt.Sprintf("%s-%04x", began.Format("20060102T150405"), n)
		f, err := os.Create(filepath.Join(dir, id+extension))
		if err != nil {
			tb.Fatal(err)
		}
		buffer := bufio.NewWriter(f)
		lines := json.NewEncoder(buffer)
		write := func(e Entry) {
			e.Time = began
			if err := lines.Encode(e); err != nil {
				tb.Fatal(err)
			}
		}
		write(Entry{Type: RunBegun, Run: id, Verb: VerbApply, Inventory: "/srv/inventory.yaml", Playbook: "site",
			PlaybookDigest: "f00", Hosts: names})
		end := Entry{Type: RunEnded, Exit: new(int), Updated: new(int), Totals: map[State]int{}}
		for i, host := range names {
			state, changes := Changed, 2
			if i%100 == 7 {
				state, changes = PutBack, 0
				end.Left, *end.Exit = append(end.Left, host), 5
			} else {
				*end.Updated++
			}
			end.Totals[state]++
			end.Changes += changes
			write(Entry{Type: TransactionBegun, Host: host, Transaction: id + "-01", Stages: []string{"Odoo"}, Changes: 2})
			write(Entry{Type: TransactionEnded, Host: host, Transaction: id + "-01", State: state, Changes: changes,
				Steps: []Step{{"restart odoo.service", 200, 1900}}})
			write(Entry{Type: HostEnded, Host: host, State: state, Changes: changes})
		}
		write(end)
		if err := errors.Join(buffer.Flush(), f.Close()); err != nil {
			tb.Fatal(err)
		}
	}
}

// TestOutline: the first line of a journal and the last say of a run what all of them do,
// also in journals of versions that wrote no counts.
func TestOutline(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keep(t, dir, 2, 900) // whose last line is longer than what is read of it at first
	history, err := History(dir)
	if err != nil || len(history) != 2 {
		t.Fatal(history, err)
	}
	for _, r := range history {
		whole := readRecord(filepath.Join(dir, r.ID+extension))
		old := outline(filepath.Join(dir, r.ID+extension))
		old.end.Updated, old.end.Left = nil, nil
		for _, o := range []*Record{r, old} {
			if o.Entries != nil || o.end == nil {
				t.Fatalf("%s: all of the journal was read", o.ID)
			}
			changed, failed := o.Counts()
			if c, f := whole.Counts(); c != changed || f != failed || c != 891 {
				t.Errorf("%s: %d changed and %d failed, the journal says %d and %d", o.ID, changed, failed, c, f)
			}
			if !slices.Equal(o.left(), whole.left()) || len(o.left()) != 9 || o.refused() != whole.refused() {
				t.Errorf("%s: left %v, the journal says %v", o.ID, o.left(), whole.left())
			}
			if !reflect.DeepEqual(o.Progress(), whole.Progress()) {
				t.Errorf("%s: another progress than the journal's", o.ID)
			}
		}
	}
}

// TestOutlineOfOthers: a run that did not come to its end is read whole.
func TestOutlineOfOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keep(t, dir, 1, 3)
	file := filepath.Join(dir, journals(dir)[0])
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func([]byte) []byte{
		"its last line is torn":      func(b []byte) []byte { return b[:len(b)-2] },
		"its last line is no JSON":   func(b []byte) []byte { return append(b[:len(b)-2], '\n') },
		"it has only one line":       func(b []byte) []byte { return []byte(begun) },
		"its only line is torn":      func(b []byte) []byte { return []byte(begun[:20]) },
		"it is empty":                func([]byte) []byte { return nil },
		"something follows its end":  func(b []byte) []byte { return append(b, begun...) },
		"it has nothing but newline": func([]byte) []byte { return []byte("\n") },
	} {
		if err := os.WriteFile(file, change(slices.Clone(text)), 0o600); err != nil {
			t.Fatal(err)
		}
		r, whole := outline(file), readRecord(file)
		if r.end != nil || !reflect.DeepEqual(r.Entries, whole.Entries) || fmt.Sprint(r.Err) != fmt.Sprint(whole.Err) {
			t.Errorf("%s: %d entries, %v; want %d, %v", name, len(r.Entries), r.Err, len(whole.Entries), whole.Err)
		}
	}
}

func BenchmarkHistory200Runs1000Hosts(b *testing.B) {
	dir := b.TempDir()
	keep(b, dir, 200, 1000)
	b.ReportAllocs()
	for b.Loop() {
		history, err := History(dir)
		if err != nil || len(history) != 200 {
			b.Fatal(len(history), err)
		}
		if take, _ := Unfinished(history); take != history[0] {
			b.Fatalf("%v is unfinished", take)
		}
	}
}
