package tasks

import (
	"io"
	"os"
	"strings"
	"testing"
)

// A payload file on the host is read, and removed after that.
func TestPayloadFromFile(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	p := s.plan(func(h *Host) error {
		h.File("/etc/big").SetText(strings.Repeat("line\n", 1000)).Own(s.owner, s.group, 0o600)
		return nil
	})
	text, payload := p.Pack(Run{ID: "run1", Who: "test", Root: s.root})
	file := s.bin + "/it's a payload"
	s.write(file, unpacked(payload), 0o600)
	if code, out := s.sh(FromFile(file)+text, nil); code != 0 {
		t.Fatalf("exit %d\n%s", code, out)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the payload is still there: %v", err)
	}
	if got, _ := os.ReadFile(s.root + "/etc/big"); len(got) != 5000 {
		t.Errorf("%d bytes arrived, want 5000", len(got))
	}
	if code, _ := s.sh(FromFile(file)+text, nil); code == 0 {
		t.Error("a payload that is not there is no error")
	}
}

// A file of a tree that was edited since it was planned is not sent.
func TestPayloadEdited(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	for name, now := range map[string]string{"other": "thre\n", "shorter": "two", "longer": "three\nfour\n"} {
		file := TextFile("three\n")
		file.Open = TextFile(now).Open
		if name == "other" {
			file.Size = int64(len(now))
		}
		_, payload := s.plan(func(h *Host) error {
			h.Tree("/srv/tree", map[string]TreeFile{"a/b": file})
			return nil
		}).Pack(Run{ID: "run1", Who: "test", Root: s.root})
		n, err := payload.WriteTo(io.Discard)
		if err == nil || !strings.Contains(err.Error(), "a/b was edited while this run was at work") || n >= payload.Size() {
			t.Errorf("%s: %d of %d bytes, %v", name, n, payload.Size(), err)
		}
	}
}

// A tree of 64 MiB takes no more memory than a small one.
func BenchmarkPayload(b *testing.B) {
	const size = 64 << 20
	zeros := TreeFile{Size: size, Sum: digest(string(make([]byte, size))), Open: func() (io.ReadCloser, error) {
		f, err := os.Open("/dev/zero")
		return struct {
			io.Reader
			io.Closer
		}{io.LimitReader(f, size), f}, err
	}}
	p := Payload{[]attachment{{name: "1", branch: &branch{tree{content: map[string]TreeFile{"a": zeros}}, []string{"a"}}}}}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.WriteTo(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
