package journal

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// most is how much of the end of a journal is read for its last entry.
const most = 64 << 10

// Brief reads the newest journals of a folder whose names begin so, count at most, newest
// first: of each the first entry and, if the run ended, the last. Whoever picks a run should
// not wait for all that happened in it. What cannot be read is left out.
func Brief(dir, beginning string, count int) (list []*Record) {
	for _, name := range journals(dir) {
		if len(list) == count {
			break
		}
		if !strings.HasPrefix(name, beginning) {
			continue
		}
		if r := brief(filepath.Join(dir, name)); r != nil {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, newer)
	return list
}

func brief(path string) *Record {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	first, err := bufio.NewReader(f).ReadBytes('\n')
	if err != nil {
		return nil
	}
	last := make([]byte, min(info.Size(), most))
	if _, err := f.ReadAt(last, info.Size()-int64(len(last))); err != nil {
		return nil
	}
	last = bytes.TrimSuffix(last, []byte("\n"))
	last = last[bytes.LastIndexByte(last, '\n')+1:]
	r := &Record{ID: strings.TrimSuffix(filepath.Base(path), extension), Running: locked(f)}
	r.Entries, _ = Parse(path, slices.Concat(first, last, []byte("\n")))
	if len(r.Entries) == 0 {
		return nil
	}
	if len(r.Entries) > 1 && r.Entries[1].Type != RunEnded {
		r.Entries = r.Entries[:1]
	}
	r.Begin = r.Entries[0]
	return r
}
