package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
)

// globalOptions are the flags of every verb.
type globalOptions struct {
	quiet, verbose bool
	color, logFile string
}

// globalFlags adds them.
func (u *ui) globalFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.BoolVarP(&u.global.quiet, "quiet", "q", false, "results, warnings and errors alone: no progress")
	f.BoolVarP(&u.global.verbose, "verbose", "v", false, "tell too which files were read, how each host was reached and "+
		"where the time went")
	u.global.color = "auto"
	f.Var(&choice{&u.global.color, []string{"auto", "always", "never"}}, "color",
		"`when` to colour: auto (at a terminal, unless NO_COLOR is set), always or never")
	f.StringVar(&u.global.logFile, "log-file", "", "append what is told to this `file`, with the time of each line, and "+
		"without secrets")
	root.MarkFlagsMutuallyExclusive("quiet", "verbose")
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return u.begin(c) }
}

// begin does what the flags of every verb say, before the verb begins.
func (u *ui) begin(c *cobra.Command) error {
	if c.Name() == "help" || c.Name() == cobra.ShellCompRequestCmd || c.Name() == cobra.ShellCompNoDescRequestCmd {
		return nil
	}
	if err := u.configured(c); err != nil {
		return err
	}
	if u.global.verbose && c.Flags().Lookup("timings") != nil {
		if err := c.Flags().Set("timings", "true"); err != nil {
			return err
		}
	}
	if when := u.global.color; when != "auto" {
		u.colour = when == "always"
		u.paintView(u.colour)
	}
	if name := u.global.logFile; name != "" {
		log, err := openLog(name, time.Now)
		if err != nil {
			return fmt.Errorf("--log-file: %w", err)
		}
		u.log = log
		fmt.Fprintf(log, "odooctl %s: %s\n", program(), strings.Join(append([]string{verbOf(c)}, c.Flags().Args()...), " "))
	}
	u.shows.also(u.log, u.global.quiet)
	if s, ok := u.out.(shown); ok {
		s.colour, s.log = u.colour, u.log
		u.out = s
	}
	if s, ok := u.err.(shown); ok {
		s.log = u.log
		u.err = s
	}
	return nil
}

// endLog writes into the log how the program ended.
func (u *ui) endLog(code int) {
	if u.log != nil {
		fmt.Fprintf(u.log, "exit %d\n", code)
		u.log.file.Close()
	}
}

// detailf tells what only those want to know who asked for more.
func (u *ui) detailf(format string, args ...any) {
	if u.global.verbose {
		fmt.Fprintf(u.err, "odooctl: "+format+"\n", args...)
	}
}

// logFile is a file that is only added to, a line at a time, each with the time.
type logFile struct {
	mu   sync.Mutex
	file *os.File
	now  func() time.Time
	part string // of a line that has no end yet
}

// openLog opens a log; what it holds is for its owner alone, as plans are.
func openLog(name string, now func() time.Time) (*logFile, error) {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		err = fmt.Errorf("others can read %s (mode %04o), and a log has what plans have: chmod 600 %[1]s", name,
			info.Mode().Perm())
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &logFile{file: f, now: now}, nil
}

// Write implements io.Writer.
func (l *logFile) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := strings.SplitAfter(l.part+string(text), "\n")
	l.part = lines[len(lines)-1]
	var b strings.Builder
	for _, line := range lines[:len(lines)-1] {
		b.WriteString(l.now().Format("2006-01-02T15:04:05.000Z07:00") + " " + line)
	}
	if _, err := l.file.WriteString(b.String()); err != nil && !errors.Is(err, fs.ErrClosed) {
		return 0, err
	}
	return len(text), nil
}

// choice is a flag that takes one of some words.
type choice struct {
	value *string
	words []string
}

// Set implements pflag.Value, as do String and Type.
func (c *choice) Set(word string) error {
	if !slices.Contains(c.words, word) {
		return fmt.Errorf("want %s", or(c.words))
	}
	*c.value = word
	return nil
}

func (c *choice) String() string {
	if c.value == nil { // pflag asks a zero value, too
		return ""
	}
	return *c.value
}

// Type is what kind of value it is.
func (c *choice) Type() string { return "string" }

// or joins words as people say them: auto, always or never.
func or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// sorted are the keys of a map in their order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
