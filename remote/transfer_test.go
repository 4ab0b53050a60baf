package remote_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

func TestTransfer(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	for name, client := range map[string]*remote.Client{"ssh": dial(t, srv.Config()), "local": local(t)} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "new folder", "it's a file")
			want := strings.Repeat(every, 20) // some megabytes, and not a multiple of any block size
			for _, content := range []string{want, ""} {
				if err := client.Upload(deadline(t), file, strings.NewReader(content)); err != nil {
					t.Fatal(err)
				}
				if got, err := os.ReadFile(file); err != nil || string(got) != content {
					t.Fatalf("%d bytes are there of %d, %v", len(got), len(content), err)
				}
			}
			info, err := os.Stat(file)
			if err != nil || info.Mode() != 0o600 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
			if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// r is not read if the host has no sftp.
func TestNoSFTP(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{RefuseSession: 1})
	r := strings.NewReader("content")
	err := dial(t, srv.Config()).Upload(deadline(t), filepath.Join(srv.Home, "x"), r)
	if !errors.Is(err, remote.ErrNoSFTP) || r.Len() != len("content") {
		t.Errorf("got %v, %d bytes left", err, r.Len())
	}
}

// A reader that fails leaves neither the file nor a part of it.
func TestUploadFails(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	file := filepath.Join(srv.Home, "files", "x")
	err := dial(t, srv.Config()).Upload(deadline(t), file, &broken{strings.NewReader(every)})
	if !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

var errBroken = errors.New("broken")

type broken struct{ *strings.Reader }

func (b *broken) Read(p []byte) (int, error) {
	if n, err := b.Reader.Read(p); err == nil {
		return n, nil
	}
	return 0, errBroken
}
