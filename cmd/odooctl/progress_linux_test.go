package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"odooctl/playbooks/journal"
)

// pseudo is a terminal of a test, and what stands on it.
type pseudo struct {
	t      *testing.T
	master *os.File
	tty    *os.File

	mu    sync.Mutex
	lines []string // without what has not been ended by a line break
	part  string
	wrote int // bytes
}

func newPseudo(t *testing.T, width, height int) *pseudo {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	p := &pseudo{t: t, master: master, tty: tty}
	p.resize(width, height)
	go p.read()
	return p
}

func (p *pseudo) resize(width, height int) {
	p.t.Helper()
	if err := unix.IoctlSetWinsize(int(p.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(width),
		Row: uint16(height)}); err != nil {
		p.t.Fatal(err)
	}
}

// read takes what the program writes as a terminal does that is high enough, and knows only to go
// up lines and to clear what is below.
func (p *pseudo) read() {
	buf := make([]byte, 4096)
	for {
		n, err := p.master.Read(buf)
		if err != nil {
			return
		}
		p.mu.Lock()
		p.wrote += n
		p.part += strings.ReplaceAll(string(buf[:n]), "\r", "")
		for {
			line, rest, whole := strings.Cut(p.part, "\n")
			if !whole {
				break
			}
			p.part = rest
			up, line := wentUp(line)
			p.lines = p.lines[:max(0, len(p.lines)-up)]
			p.lines = append(p.lines, line)
		}
		p.mu.Unlock()
	}
}

// wentUp returns how many lines a text goes up before its first letter, and what follows.
func wentUp(text string) (lines int, rest string) {
	at, rest, clears := strings.Cut(text, "A\x1b[J")
	lines, err := strconv.Atoi(strings.TrimPrefix(at, "\x1b["))
	if !clears || err != nil {
		return 0, text
	}
	return lines, rest
}

// shows waits until exactly that stands on the terminal.
func (p *pseudo) shows(want ...string) {
	p.t.Helper()
	var got string
	for range 200 {
		p.mu.Lock()
		lines, part := p.lines, p.part
		up, part := wentUp(part) // and nothing was drawn since
		lines = lines[:max(0, len(lines)-up)]
		got = strings.Join(append(append([]string{}, lines...), part), "\n")
		p.mu.Unlock()
		if got == strings.Join(append(want, ""), "\n") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.t.Fatalf("the terminal shows\n%s\nwant\n%s", got, strings.Join(want, "\n"))
}

// written returns how many bytes were written.
func (p *pseudo) written() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wrote
}

func plainly(text string) string { return text }

// onTerminal is a progress on a terminal of that width, whose clock stands still.
func onTerminal(t *testing.T, width int) (*progress, *pseudo) {
	tty := newPseudo(t, width, 24)
	if !term.IsTerminal(int(tty.tty.Fd())) {
		t.Fatal("no terminal")
	}
	p := newProgress(tty.tty, func(string) string { return "" }, plainly, func() []*journal.Record { return nil })
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	p.now = func() time.Time { return at }
	return p, tty
}

// TestLiveView: what ends scrolls by above what is drawn again, messages too; a question meets
// nothing; and after a resize, and at the end, nothing of a picture is left.
func TestLiveView(t *testing.T) {
	p, tty := onTerminal(t, 46)
	stop := p.show(t.Context())
	rule := strings.Repeat("-", 45)
	const ctrlC = "Ctrl-C: stop after what is at work"
	p.take(journal.Entry{Type: journal.RunBegun, Hosts: []string{"app1", "app2"}})
	p.take(journal.Entry{Type: journal.StepBegun, Host: "app1", Step: "restarting odoo.service", Number: 2, Total: 3})
	app1 := "app1  restarting odoo.service             0 s"
	tty.shows(rule, app1, "0 of 2 hosts done, 0 failed, 0 s", ctrlC)

	p.take(journal.Entry{Type: journal.HostEnded, Host: "app2", State: journal.Changed, Changes: 2, Took: 4600})
	app2 := "app2  changed, 2 changes, 4.6 s"
	tty.shows(app2, rule, app1, "1 of 2 hosts done, 0 failed, 0 s", ctrlC)

	goOn := p.hold()
	fmt.Fprint(tty.tty, "Go on? [y/N] ")
	p.take(journal.Entry{Type: journal.Said, Host: "app1", Text: "said meanwhile"})
	fmt.Fprintln(p, "odooctl: a message")
	time.Sleep(3 * redraw)
	fmt.Fprint(tty.tty, "y\n")
	tty.shows(app2, "Go on? [y/N] y")
	goOn()
	above := []string{app2, "Go on? [y/N] y", "app1: said meanwhile", "odooctl: a message"}
	tty.shows(append(above, rule, app1, "1 of 2 hosts done, 0 failed, 0 s", ctrlC)...)

	tty.resize(60, 24)
	p.take(journal.Entry{Type: journal.StepEnded, Host: "app1", Step: "restarting odoo.service"})
	tty.shows(append(above, strings.Repeat("-", 59), "1 of 2 hosts done, 0 failed, 0 s", ctrlC)...)
	stop()
	tty.shows(above...)
}

// TestLiveViewNarrower: a terminal that is made narrower shows one line on several rows. All of
// them are gone over before the next picture.
func TestLiveViewNarrower(t *testing.T) {
	p, tty := onTerminal(t, 80)
	p.show(t.Context())() // the end of a picture that was never drawn
	stop := p.show(t.Context())
	p.take(journal.Entry{Type: journal.RunBegun, Hosts: []string{"app1"}})
	tty.shows(strings.Repeat("-", 79), "0 of 1 host done, 0 failed, 0 s   Ctrl-C: stop after what is at work")
	p.mu.Lock()
	tty.resize(40, 24)
	p.wipe(40)
	got := p.draws.String()
	p.drawn = nil
	p.draws.Reset()
	p.mu.Unlock()
	if got != "\x1b[4A\x1b[J" { // 79 and 68 columns, on two rows each
		t.Errorf("%q", got)
	}
	stop()
}

// TestCalm: however much happens, the screen is drawn ten times a second at most, and where
// nothing does, once.
func TestCalm(t *testing.T) {
	p, tty := onTerminal(t, 80)
	defer p.show(t.Context())()
	draws := 0
	until := time.Now().Add(time.Second)
	before := 0
	for i := 0; time.Now().Before(until); i++ {
		p.take(journal.Entry{Type: journal.StepBegun, Host: fmt.Sprintf("h%d", i%3), Step: "reading"})
		time.Sleep(time.Millisecond)
		if now := tty.written(); now != before {
			draws, before = draws+1, now
		}
	}
	if draws == 0 || draws > 22 { // a picture may be read in two pieces
		t.Errorf("drawn %d times", draws)
	}
}

// TestNoView: where nothing can be drawn again there are lines, and nothing for a terminal to do.
func TestNoView(t *testing.T) {
	for _, variable := range []string{"TERM=dumb", "CI=true"} {
		name, value, _ := strings.Cut(variable, "=")
		tty := newPseudo(t, 80, 24)
		p := newProgress(tty.tty, func(of string) string { return map[string]string{name: value}[of] }, plainly,
			func() []*journal.Record { return nil })
		stop := p.show(context.Background())
		p.take(journal.Entry{Type: journal.HostEnded, Host: "app2", State: journal.Changed, Changes: 2})
		stop()
		if p.live {
			t.Errorf("%s: it draws", variable)
		}
		for range 100 {
			if tty.written() > 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		tty.mu.Lock()
		if got := strings.Join(tty.lines, "\n"); !strings.HasSuffix(got, "app2: changed, 2 changes") {
			t.Errorf("%s: %q", variable, got)
		}
		tty.mu.Unlock()
	}
}

// TestLiveViewColours: on a terminal what has failed is red, and what waits is faint, unless NO_COLOR
// is set; --color has the last word.
func TestLiveViewColours(t *testing.T) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	const never, always = "never", "always"
	for _, c := range []struct {
		noColour, flag string
		colour         bool
	}{{"", "", true}, {"1", "", false}, {"1", always, true}, {"", never, false}} {
		tty := newPseudo(t, 80, 24)
		u := newUI(tty.tty, tty.tty, tty.tty, func(name string) string {
			return map[string]string{"NO_COLOR": c.noColour, "XDG_STATE_HOME": t.TempDir()}[name]
		})
		u.shows.now = func() time.Time { return at }
		if c.flag != "" {
			root := newRoot(u)
			u.global.color = c.flag
			if err := u.begin(root); err != nil {
				t.Fatal(err)
			}
		}
		stop := u.shows.show(t.Context())
		u.progress(journal.Entry{Type: journal.RunBegun, Hosts: []string{"app1", "app2"}})
		u.progress(journal.Entry{Type: journal.StepBegun, Host: "app1", Step: "waiting for db1"})
		u.progress(journal.Entry{Type: journal.HostEnded, Host: "app2", State: journal.PutBack, Error: "app2: \x1b[35mno"})
		red, faint, plain := "\x1b[31;1m", "\x1b[2m", "\x1b[m"
		if !c.colour {
			red, faint, plain = "", "", ""
		}
		failed := red + `app2  put back, 0 changes: \x1b[35mno` + plain
		tty.shows(failed, faint+strings.Repeat("-", 79)+plain,
			faint+"app1  waiting for db1"+strings.Repeat(" ", 19)+"0 s"+plain,
			red+"1 of 2 hosts done, 1 failed (app2), 0 s   Ctrl-C: stop after what is at work"+plain)
		stop()
		tty.shows(failed)
	}
}
