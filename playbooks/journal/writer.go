package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// extension ends the name of every journal; the rest is the run's ID.
const extension = ".jsonl"

// kept is how many journals stay in the folder.
const kept = 200

// Writer records one run on the operator's machine, line by line, each on the disk
// before the next thing happens, and without the secrets that hosts repeat. After a line
// that could not be written it takes no more, so that a torn line is always the last. A
// nil Writer records nothing.
type Writer struct {
	now  func() time.Time
	hide func(string) string // secrets, in what hosts say

	mu   sync.Mutex
	file *os.File
	err  error // what kept a line from being written
}

// Create makes the file of a run in a folder, which it creates if needed, and removes all
// journals but the newest 200. The file is locked while this process lives, which is how
// others know that the run goes on. Now gives each line its time, and hide hides the
// secrets in what hosts say.
func Create(dir, run string, now func() time.Time, hide func(string) string) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the journals: %w", err)
	}
	prune(dir, kept-1)
	f, err := os.OpenFile(filepath.Join(dir, run+extension), os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the journal: %w", err)
	}
	if err := errors.Join(lockFile(f), syncFolder(dir)); err != nil {
		f.Close()
		return nil, fmt.Errorf("make the journal: %w", err)
	}
	return &Writer{now: now, hide: hide, file: f}, nil
}

// Write appends entries and waits until they are on the disk. It gives them their time.
func (j *Writer) Write(entries ...Entry) error { return j.WriteAll(slices.Values(entries)) }

// WriteAll is Write for entries that are made as they are written: those of a large
// fleet are never in memory together. They are made even where they cannot be written, and
// making them must not write to the journal.
func (j *Writer) WriteAll(entries iter.Seq[Entry]) error {
	if j == nil {
		for range entries {
		}
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		for range entries {
		}
		return j.err
	}
	if err := j.put(entries); err != nil {
		j.err = fmt.Errorf("write the journal: %w; free the disk or set XDG_STATE_HOME to another one, then run odooctl "+
			"resume", err)
	}
	return j.err
}

// put does not wait for the disk if there was nothing to write.
func (j *Writer) put(entries iter.Seq[Entry]) error {
	file := bufio.NewWriter(j.file)
	lines := json.NewEncoder(file)
	lines.SetEscapeHTML(false)
	some := false
	for e := range entries {
		some = true
		e.Time = j.now().UTC()
		e.Error = j.hide(e.Error)
		for i := range e.Steps {
			e.Steps[i].What = j.hide(e.Steps[i].What)
		}
		if err := lines.Encode(e); err != nil {
			return err
		}
	}
	if !some {
		return nil
	}
	if err := file.Flush(); err != nil {
		return err
	}
	return j.file.Sync()
}

// Close ends the journal, and returns why a line was not written.
func (j *Writer) Close() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	unlockFile(j.file)
	if err := j.file.Close(); err != nil && j.err == nil {
		j.err = fmt.Errorf("close the journal: %w", err)
	}
	return j.err
}

// prune removes all journals but the newest few. A journal that cannot be removed stays:
// that is no reason to stop a run.
func prune(dir string, newest int) {
	names := journals(dir)
	for _, name := range names[min(newest, len(names)):] {
		os.Remove(filepath.Join(dir, name))
	}
}

// journals lists the files of a folder, newest first: a run's ID starts with its
// time.
func journals(dir string) (names []string) {
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		if strings.HasSuffix(f.Name(), extension) {
			names = append(names, f.Name())
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	return names
}

// syncFolder makes the name of a new file durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
