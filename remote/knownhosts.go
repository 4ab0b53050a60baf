package remote

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// KnownHosts caches the known_hosts files of a run: they are read once, and again when
// one of them has changed. Share one among all Dials of a run. The zero value is ready.
type KnownHosts struct {
	// Warn is told once of each file with lines that cannot be read; nil: no warnings.
	Warn func(text string)

	mu     sync.Mutex
	read   map[string]*knownFiles
	warned map[string]bool
}

// knownFiles is a set of known_hosts files as they were read.
type knownFiles struct {
	stamps []stamp
	lines  []knownLine
	// plain has the lines of each name, odd those of patterns and hashes: a fleet of
	// which each host looks at all lines is quadratic.
	plain map[string][]int
	odd   []int
}

// stamp detects whether a file has changed since it was read.
type stamp struct {
	info os.FileInfo
	size int64
	time time.Time
}

// of returns what the files, as far as they exist, say of a host by its names.
func (k *KnownHosts) of(files []string, names knownNames) (hostLines, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	files = slices.Clone(files)
	var stamps []stamp
	var odd error
	files = slices.DeleteFunc(files, func(file string) bool {
		info, err := os.Stat(file)
		switch {
		case err == nil && info.Mode()&os.ModeDevice != 0:
			return true // a pipe would block
		case err == nil && !info.Mode().IsRegular():
			odd = fmt.Errorf("%s is no regular file", file) // a pipe would not be read to its end
		case err == nil:
			stamps = append(stamps, stamp{info, info.Size(), info.ModTime()})
		}
		return errors.Is(err, os.ErrNotExist)
	})
	if odd != nil {
		return hostLines{}, odd
	}
	id := strings.Join(files, "\x00")
	known := k.read[id]
	if known == nil || len(stamps) < len(files) || !slices.EqualFunc(known.stamps, stamps, stamp.same) {
		var err error
		if known, err = k.files(files); err != nil {
			return hostLines{}, err
		}
		known.stamps = stamps
		if k.read == nil {
			k.read = make(map[string]*knownFiles)
		}
		k.read[id] = known
	}
	own := known.about(names.own)
	return hostLines{names, own, known.about(names.bare)}, nil
}

func (s stamp) same(o stamp) bool {
	return os.SameFile(s.info, o.info) && s.size == o.size && s.time.Equal(o.time)
}

// files reads the files. As in OpenSSH, a line that cannot be read is passed over: it is
// most often about another host.
func (k *KnownHosts) files(files []string) (*knownFiles, error) {
	known := &knownFiles{plain: map[string][]int{}}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var bad []string
		number := 0
		for row := range bytes.Lines(text) {
			number++
			line, err := parseKnown(strings.Trim(string(row), " \t\r\n"))
			switch {
			case err != nil && len(bad) == 0:
				bad = append(bad, fmt.Sprintf("%s:%d: %v; the line is passed over", file, number, err))
			case err != nil:
				bad = append(bad, fmt.Sprint(number))
			case line.Key != nil:
				line.Filename, line.Line = file, number
				known.add(line)
			}
		}
		k.warn(file, bad)
	}
	return known, nil
}

// warn tells of a file's bad lines: the reason of the first and the numbers of the others.
func (k *KnownHosts) warn(file string, bad []string) {
	if k.Warn == nil || len(bad) == 0 || k.warned[file] {
		return
	}
	if k.warned == nil {
		k.warned = make(map[string]bool)
	}
	k.warned[file] = true
	text := bad[0]
	if more := bad[1:]; len(more) > 0 {
		text += ", and so are more: " + strings.Join(more[:min(len(more), 10)], ", ")
		if len(more) > 10 {
			text += fmt.Sprintf(" and %d others", len(more)-10)
		}
	}
	k.Warn(text)
}

func (k *knownFiles) add(line knownLine) {
	at := len(k.lines)
	k.lines = append(k.lines, line)
	if strings.ContainsAny(line.names, "|*?!") {
		k.odd = append(k.odd, at)
		return
	}
	for name := range strings.SplitSeq(line.names, ",") {
		if places := k.plain[name]; len(places) == 0 || places[len(places)-1] != at {
			k.plain[name] = append(places, at)
		}
	}
}

// about returns the lines about a name, in order; "" has none.
func (k *knownFiles) about(name string) (lines []knownLine) {
	if name == "" {
		return nil
	}
	at := slices.Clone(k.plain[name])
	for _, i := range k.odd {
		if k.lines[i].about(name) {
			at = append(at, i)
		}
	}
	slices.Sort(at)
	for _, i := range at {
		lines = append(lines, k.lines[i])
	}
	return lines
}
