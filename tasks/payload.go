package tasks

import (
	"archive/tar"
	"fmt"
	"io"
)

// Payload is what a packed program takes from its standard input: a tar of the new files. It
// is not in memory: what it has of trees is read from their files as it is written.
type Payload struct{ files []attachment }

// Size returns the length in bytes.
func (p Payload) Size() int64 {
	var n counter
	_ = p.write(&n, blank) // neither can fail
	return int64(n)
}

// WriteTo implements io.WriterTo. It fails where w does, and if a file is no longer as it was
// planned, which the error says.
func (p Payload) WriteTo(w io.Writer) (int64, error) {
	var n counter
	err := p.write(io.MultiWriter(w, &n), content)
	return int64(n), err
}

// write writes the tar; copy writes the content of a tree's file.
func (p Payload) write(out io.Writer, copy func(io.Writer, string, TreeFile) error) error {
	if len(p.files) == 0 {
		return nil
	}
	w := tar.NewWriter(out)
	for _, f := range p.files {
		size := counter(len(f.data))
		if f.branch != nil {
			_ = f.branch.pack(&size, blank)
		}
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o600, Size: int64(size)}); err != nil {
			return err
		}
		var err error
		if f.branch != nil {
			err = f.branch.pack(w, copy)
		} else {
			_, err = io.WriteString(w, f.data)
		}
		if err != nil {
			return err
		}
	}
	return w.Close()
}

// digest writes what identifies the payload: of files of trees, their digests.
func (p Payload) digest(w io.Writer) {
	for _, f := range p.files {
		fmt.Fprintf(w, "%d %s %d %s", len(f.name), f.name, len(f.data), f.data)
		if f.branch == nil {
			continue
		}
		for _, path := range f.branch.paths {
			file := f.branch.content[path]
			fmt.Fprintf(w, "%d %s %t %s", len(path), path, file.Executable, file.Sum)
		}
	}
}

// counter counts what is written.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// blank stands in for the content of a file where only the length counts.
func blank(w io.Writer, _ string, f TreeFile) error {
	var zeros [64 << 10]byte
	for left := f.Size; left > 0; left -= int64(len(zeros)) {
		if _, err := w.Write(zeros[:min(left, int64(len(zeros)))]); err != nil {
			return err
		}
	}
	return nil
}
