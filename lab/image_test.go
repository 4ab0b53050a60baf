package lab

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeBootstrap puts a mmdebstrap first in PATH that runs the script with the folder to fill in $root and counts its
// runs in $count.
func fakeBootstrap(t *testing.T, script string) (runs func() int) {
	t.Helper()
	folder := t.TempDir()
	count := filepath.Join(folder, "count")
	text := "#!/bin/sh\nset -eu\necho run >>" + count +
		"\nfor root; do [ \"$root\" = - ] && break; last=$root; done\nroot=$last\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(folder, "mmdebstrap"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	return func() int {
		runs, err := os.ReadFile(count)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(runs), "run")
	}
}

func newStore(t *testing.T) imageStore {
	return imageStore{dir: t.TempDir(), mirrors: mirrors{archive: "http://m.example/debian"},
		say: newProgress(nil, nil)}
}

var tiny = recipe{Name: "tiny", Suite: "sid", Scripts: []string{"common.sh"}}

func TestImageIsBuiltOnce(t *testing.T) {
	runs := fakeBootstrap(t, `sleep 0.1; mkdir "$root"; cat >"$root/sources"`)
	store := newStore(t)
	images := make([]string, 3)
	var all sync.WaitGroup
	for i := range images {
		all.Go(func() {
			image, err := store.ensure(t.Context(), tiny)
			if err != nil {
				t.Error(err)
			}
			images[i] = image
		})
	}
	all.Wait()
	if images[0] != images[1] || images[1] != images[2] || runs() != 1 {
		t.Errorf("images %q after %d builds", images, runs())
	}
	text, err := os.ReadFile(filepath.Join(images[0], "sources"))
	if err != nil || string(text) != "deb http://m.example/debian sid main\n" {
		t.Errorf("sources %q, %v", text, err)
	}

	changed := tiny
	changed.Packages = []string{"nginx"}
	other, err := store.ensure(t.Context(), changed)
	if err != nil || other == images[0] || runs() != 2 {
		t.Errorf("a changed recipe gives %s after %d builds, %v", other, runs(), err)
	}
}

func TestFailedBuildLeavesNoImage(t *testing.T) {
	fakeBootstrap(t, `mkdir "$root"; touch "$root/half"; echo "E: no such package"; exit 7`)
	store := newStore(t)
	_, err := store.ensure(t.Context(), tiny)
	if err == nil || !strings.Contains(err.Error(),
		"build image tiny: run mmdebstrap: exit status 7\nE: no such package") {
		t.Errorf("error %v does not tell what mmdebstrap said", err)
	}
	fakeBootstrap(t, `[ ! -e "$root" ]; mkdir "$root"`)
	image, err := store.ensure(t.Context(), tiny)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(image, "half")); err == nil {
		t.Error("the image holds what the failed build made")
	}
}

func TestCancelledBuildLeavesNoImage(t *testing.T) {
	fakeBootstrap(t, `mkdir "$root"; sleep 60`)
	store := newStore(t)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := store.ensure(ctx, tiny); err == nil {
		t.Fatal("a cancelled build gives an image")
	}
	entries, err := filepath.Glob(filepath.Join(store.dir, "tiny-????????????"))
	if err != nil || len(entries) > 0 {
		t.Errorf("left behind: %q, %v", entries, err)
	}
}

func TestRemoveImages(t *testing.T) {
	runs := fakeBootstrap(t, `mkdir "$root"`)
	store := newStore(t)
	if _, err := store.ensure(t.Context(), tiny); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(store.dir, "old-0123456789ab.building", "rootfs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := RemoveImages(t.Context(), store.dir); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(store.dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if err := RemoveImages(t.Context(), filepath.Join(store.dir, "missing")); err != nil {
		t.Errorf("no folder of images: %v", err)
	}
	if _, err := store.ensure(t.Context(), tiny); err != nil || runs() != 2 {
		t.Errorf("the image is not built again: %d builds, %v", runs(), err)
	}
}

func TestBuildTellsItsProgress(t *testing.T) {
	fakeBootstrap(t, `mkdir "$root"`)
	var out bytes.Buffer
	store := newStore(t)
	store.say = newProgress(&out, nil)
	r := tiny
	r.Duration = "about 1 minute"
	if _, err := store.ensure(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if want := "building image tiny (about 1 minute)...\nbuilding image tiny (about 1 minute): " +
		"done\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
