package main

import (
	"cmp"
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/vbauerster/cupwriter"
	"golang.org/x/term"

	"odooctl/playbooks/journal"
	"odooctl/playbooks/report"
	"odooctl/playbooks/view"
)

// This file shows a run while it goes on, on standard error: at a terminal as a screen that is
// drawn again in place, elsewhere as lines. While a question is asked, nothing is shown.

// redraw is the least time between two pictures of a screen.
const redraw = 100 * time.Millisecond

// progress is what the program shows while it works.
type progress struct {
	to    *os.File            // standard error
	say   io.Writer           // where lines go: there too, by way of Write
	clean func(string) string // hides secrets, and what a terminal would take for commands
	live  bool                // it is a terminal on which can be drawn
	paint func(sign byte, text string) string
	now   func() time.Time
	past  func() []*journal.Record // earlier runs

	mu     sync.Mutex
	events io.Writer // standard output, for programs; nil: they are told nothing
	silent bool      // only programs are told
	log    io.Writer // gets each line, too; nil: there is none
	logged *view.Lines
	lines  *view.Lines
	screen *view.Run // nil: no run goes on, or not in place
	draws  *cupwriter.Writer
	drawn  []int    // the widths of the lines that are drawn
	above  []string // to be written above them
	fresh  bool     // something has changed since
	asking bool
}

func newProgress(to *os.File, env func(string) string, clean func(string) string,
	past func() []*journal.Record) *progress {
	p := &progress{
		to: to, clean: clean, paint: painter(false), now: time.Now, past: past, lines: view.NewLines(time.Now),
		live: isTerm(to) && env("TERM") != "dumb" && env("CI") == "",
	}
	p.say = p
	return p
}

// stream tells programs each event from now on, a line each. On the terminal where they are told
// nothing else is shown.
func (p *progress) stream(out io.Writer, terminal bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events, p.silent = out, terminal
	p.tell(report.NewEventStream(version, p.now()))
}

func (p *progress) tell(e *report.EventDocument) {
	if data, err := report.Line(e); err == nil {
		writeJSON(p.events, data)
	}
}

// also has a log get the lines, and nothing be shown if it is quiet.
func (p *progress) also(log *logFile, quiet bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = p.silent || quiet
	if log != nil {
		p.log, p.logged = log, view.NewLines(p.now)
	}
}

// take shows an event.
func (p *progress) take(e journal.Entry) {
	if line := p.line(e); line != "" {
		io.WriteString(p.say, line+"\n")
	}
}

// line learns of an event, and returns the line that it has; "" = none.
func (p *progress) line(e journal.Entry) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.events != nil {
		p.tell(report.NewEvent(e, p.now()))
	}
	if p.log != nil {
		if line := p.logged.Take(e); line != "" {
			_, line, _ = strings.Cut(line, " ") // the log has its own clock
			io.WriteString(p.log, p.clean(line)+"\n")
		}
	}
	switch {
	case p.silent:
		return ""
	case p.screen == nil:
		return p.clean(p.lines.Take(e))
	}
	p.screen.Take(e)
	p.fresh = true
	line := p.screen.Ended(e, p.width()-1)
	return p.paint(line.Sign, p.clean(line.Text)) // before: what comes from hosts brings no colours along
}

// Write implements io.Writer: lines and messages come above what is drawn, and wait for the end of
// a question. They are whole lines.
func (p *progress) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.screen == nil && !p.asking {
		return p.to.Write(text)
	}
	p.above = append(p.above, string(text[:max(0, len(text)-1)]))
	p.fresh = true
	return len(text), nil
}

// show shows a run until stop is called.
func (p *progress) show(ctx context.Context) (stop func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live && !p.silent {
		p.screen, p.draws = view.New(p.now), cupwriter.New(p.to, true)
		go p.remember(p.screen)
	}
	ended, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		p.run(ctx, ended)
	}()
	return func() {
		close(ended)
		<-over
		p.mu.Lock()
		defer p.mu.Unlock()
		p.erase()
		p.screen = nil
	}
}

// remember has the screen say how long steps took in earlier runs.
func (p *progress) remember(of *view.Run) {
	last := journal.StepTimes(p.past())
	p.mu.Lock()
	defer p.mu.Unlock()
	of.Last = last
}

// run draws the screen again where something has changed, and each second for the clock.
func (p *progress) run(ctx context.Context, ended <-chan struct{}) {
	tick := time.NewTicker(redraw)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ended:
			return
		case <-tick.C:
		}
		for _, line := range p.again(ctx, n%int(time.Second/redraw) == 0) {
			io.WriteString(p.say, line+"\n")
		}
	}
}

// again draws the screen again if there is something new, or it is time for the clock. Where
// nothing is drawn, it returns what is still at work.
func (p *progress) again(ctx context.Context, clock bool) (still []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.asking || p.silent:
	case p.screen == nil:
		for _, line := range p.lines.Still() {
			still = append(still, p.clean(line))
		}
	case p.fresh || clock:
		p.screen.Interrupted = ctx.Err() != nil
		p.draw()
	}
	return still
}

// width is that of the terminal now.
func (p *progress) width() int { return cmp.Or(columnsOf(p.to), 80) }

// draw writes what is to come above the screen, and the screen in place of the one before.
func (p *progress) draw() {
	width, height, err := term.GetSize(int(p.to.Fd()))
	if err != nil || width <= 0 || height <= 0 {
		width, height = 80, 24
	}
	p.wipe(width)
	p.drawn = p.drawn[:0]
	for _, line := range p.screen.Screen(width, height) {
		text := view.Cut(p.clean(line.Text), width-1)
		p.drawn = append(p.drawn, ansi.StringWidth(text))
		p.draws.WriteString(p.paint(line.Sign, text) + "\n")
	}
	p.draws.Flush(0)
	p.fresh = false
}

// wipe goes back to the first line that was drawn, and writes what comes above. A terminal that
// was made narrower shows one line on several rows.
func (p *progress) wipe(width int) {
	rows := 0
	for _, w := range p.drawn {
		rows += max(1, (w+width-1)/width)
	}
	p.draws.Flush(rows)
	for _, line := range p.above {
		p.draws.WriteString(line + "\n")
	}
	p.above = nil
}

// erase leaves nothing of the screen but what is above it.
func (p *progress) erase() {
	if p.screen == nil {
		return
	}
	p.wipe(p.width())
	p.drawn = p.drawn[:0]
	p.draws.Flush(0)
}

// hold shows nothing until what it returns is called: a question is asked.
func (p *progress) hold() (goOn func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
	p.asking = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asking = false
		if p.screen != nil {
			p.draw()
			return
		}
		for _, line := range p.above {
			io.WriteString(p.to, line+"\n")
		}
		p.above = nil
	}
}
