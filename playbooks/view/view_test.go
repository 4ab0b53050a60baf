package view

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/rogpeppe/go-internal/txtar"

	"odooctl/playbooks/journal"
)

var rewrite = flag.Bool("rewrite", false, "write what is seen into the files of testdata")

// clock is a time that tests set.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

// TestScreens: each file of testdata has events, and what a person sees after them. A line of the
// part "events" is a time in seconds and an event in JSON. Each other part is named after what it
// shows: "lines", or "screen WIDTH HEIGHT".
func TestScreens(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for i, part := range a.Files[1:] {
				got := shown(t, string(a.Files[0].Data), part.Name)
				if got != string(part.Data) && !*rewrite {
					t.Errorf("%s: got\n%s", part.Name, got)
				}
				a.Files[i+1].Data = []byte(got)
			}
			if *rewrite {
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// shown plays events, and returns what is seen after them.
func shown(t *testing.T, events, what string) string {
	t.Helper()
	c := newClock()
	began := c.at
	run, lines := New(c.now), NewLines(c.now)
	run.Last = func(host, step string) time.Duration {
		return map[string]time.Duration{"app1 setting up database shop": 14 * time.Second}[host+" "+step]
	}
	words := strings.Fields(what)
	width, height := 80, 24
	if words[0] == "screen" {
		width, height = number(t, words[1]), number(t, words[2])
	}
	var b strings.Builder
	for line := range strings.Lines(events) {
		at, event, _ := strings.Cut(strings.TrimSpace(line), " ")
		second, err := strconv.ParseFloat(at, 64)
		if err != nil {
			t.Fatal(err)
		}
		until := began.Add(time.Duration(second * float64(time.Second)))
		for words[0] == "lines" && c.at.Add(time.Second).Before(until) {
			c.at = c.at.Add(time.Second)
			for _, still := range lines.Still() {
				b.WriteString(still + "\n")
			}
		}
		c.at = until
		if event == "" {
			continue
		}
		var e journal.Entry
		if err := json.Unmarshal([]byte(event), &e); err != nil {
			t.Fatalf("%s: %v", event, err)
		}
		run.Take(e)
		text := lines.Take(e)
		if words[0] == "screen" {
			text = run.Ended(e, width-1).Text
		}
		if text != "" {
			b.WriteString(text + "\n")
		}
	}
	if words[0] == "screen" {
		for _, line := range run.Screen(width, height) {
			b.WriteString(line.Text + "\n")
		}
	}
	return b.String()
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestManyHosts: however many hosts there are, and however wide their letters, no line is as wide
// as the terminal, and the screen leaves lines free for what scrolls by.
func TestManyHosts(t *testing.T) {
	for _, hosts := range []int{0, 1, 3, 3000} {
		for _, width := range []int{20, 40, 60, 80, 200} {
			for _, height := range []int{2, 5, 24, 100} {
				c := newClock()
				r := fleet(c, hosts)
				lines := r.Screen(width, height)
				if len(lines) > atMost+4 || height > 8 && len(lines) > height-1 {
					t.Errorf("%d hosts, %dx%d: %d lines", hosts, width, height, len(lines))
				}
				for _, line := range lines {
					if ansi.StringWidth(line.Text) >= width || strings.Contains(line.Text, "\n") {
						t.Errorf("%d hosts, %dx%d: %d columns: %s", hosts, width, height, ansi.StringWidth(line.Text), line.Text)
					}
				}
			}
		}
	}
}

// fleet is a run in which that many hosts are at work, and a tenth is through.
func fleet(c *clock, hosts int) *Run {
	r := New(c.now)
	r.Last = func(string, string) time.Duration { return 14 * time.Second }
	var names []string
	for i := range hosts {
		names = append(names, fmt.Sprintf("主机%d-with-a-long-name.example.com", i))
	}
	r.Take(journal.Entry{Type: journal.RunBegun, Hosts: names})
	for i, name := range names {
		c.at = c.at.Add(time.Millisecond)
		if i%10 == 9 {
			r.Take(journal.Entry{Type: journal.HostEnded, Host: name, State: journal.PutBack})
			continue
		}
		r.Take(journal.Entry{Type: journal.StepBegun, Host: name, Step: "设置数据库 shop, with many letters", Number: 3, Total: 5})
	}
	c.at = c.at.Add(time.Minute)
	return r
}

// BenchmarkScreen is one picture of a screen on which 1,000 hosts are at work. Ten of them are drawn in
// a second at most.
func BenchmarkScreen(b *testing.B) {
	r := fleet(newClock(), 1000)
	b.ReportAllocs()
	for b.Loop() {
		r.Screen(120, 40)
	}
}

// TestCtrlC: what Ctrl-C does is said whole, on narrow terminals too.
func TestCtrlC(t *testing.T) {
	for _, r := range []*Run{{}, {Interrupted: true}, {reading: true}} {
		r.now, r.work = newClock().now, map[string][]*host{}
		r.began = r.now()
		lines := r.Screen(40, 24)
		if last := lines[len(lines)-1].Text; !strings.Contains(last, "Ctrl-C: ") || strings.Contains(last, "…") {
			t.Errorf("the last line is %q", last)
		}
	}
}
