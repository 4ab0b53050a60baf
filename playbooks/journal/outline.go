package journal

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// outline reads the first line of a journal and the last, which say what a history has of a
// run that came to its end. Of any other run it reads all.
func outline(path string) *Record {
	f, err := os.Open(path)
	if err != nil {
		return readRecord(path)
	}
	defer f.Close()
	r := &Record{ID: strings.TrimSuffix(filepath.Base(path), extension), Running: locked(f), path: path}
	first, err := bufio.NewReader(f).ReadBytes('\n')
	if err != nil {
		return readRecord(path)
	}
	entries, err := Parse(path, append(first, lastLine(f)...))
	if err != nil || len(entries) != 2 || entries[1].Type != RunEnded || entries[1].Exit == nil {
		return readRecord(path)
	}
	end := entries[1]
	r.Begin, r.end = entries[0], &end
	return r
}

// Outlines reads the newest journals of a folder whose names begin so, count at most, newest
// first, as History does: whoever picks a run should not wait for more. What cannot be read is
// left out.
func Outlines(dir, beginning string, count int) (list []*Record) {
	for _, name := range journals(dir) {
		if len(list) == count {
			break
		}
		if !strings.HasPrefix(name, beginning) {
			continue
		}
		if r := outline(filepath.Join(dir, name)); r.Begin.Run != "" {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, newer)
	return list
}

// lastLine is the last line of a file that was written to its end; nil where it cannot be
// read.
func lastLine(f *os.File) []byte {
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	for size := int64(16 << 10); ; size *= 4 {
		from := max(0, info.Size()-size)
		end := make([]byte, info.Size()-from)
		if _, err := f.ReadAt(end, from); err != nil && err != io.EOF {
			return nil
		}
		end = end[:bytes.LastIndexByte(end, '\n')+1]
		if at := bytes.LastIndexByte(bytes.TrimSuffix(end, []byte("\n")), '\n'); at >= 0 || from == 0 {
			return end[at+1:]
		}
	}
}

// each gives the entries of the record, read again where it is an outline.
func (r *Record) each(take func(Entry)) {
	if r.end == nil {
		for _, e := range r.Entries {
			take(e)
		}
		return
	}
	data, err := os.ReadFile(r.path)
	if err == nil {
		err = eachOf(r.path, data, take)
	}
	if err != nil {
		r.Err = fmt.Errorf("read the journal: %w", err)
	}
}

// Counts returns how many hosts the run has changed, and on how many it did not do all that
// it should have.
func (r *Record) Counts() (changed, failed int) {
	if r.end != nil && r.end.Totals != nil {
		for state, hosts := range r.end.Totals {
			if state != Unchanged && state != Changed {
				failed += hosts
			}
		}
		switch {
		case r.end.Updated != nil:
			changed = *r.end.Updated
		case r.end.Changes > 0: // journals of odooctl 0.1 do not count them
			changed = r.end.Totals[Changed]
		}
		return changed, failed
	}
	for _, p := range r.Progress() {
		switch {
		case r.Running && p.State == Unknown:
		case p.Failed():
			failed++
		case p.Changes > 0:
			changed++
		}
	}
	return changed, failed
}
