//go:build lab

package remote_test

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"odooctl/remote"
)

// A hundred megabytes survive upload and download, in constant memory.
func TestLabTransfer(t *testing.T) {
	const size = 100 << 20
	onEvery(t, func(t *testing.T, c remote.Config) {
		client := dial(t, c)
		file := "/var/tmp/remote-" + c.User + strings.ReplaceAll(t.Name(), "/", "-")
		sum := func(r io.Reader) (io.Reader, hash.Hash) { h := sha256.New(); return io.TeeReader(r, h), h }
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		r, up := sum(io.LimitReader(rand.NewChaCha8([32]byte{1}), size))
		began := time.Now()
		if err := client.Upload(deadline(t), file, r); err != nil {
			t.Fatal(err)
		}
		uploaded := time.Now()
		down := sha256.New()
		if err := client.Download(deadline(t), file, down); err != nil {
			t.Fatal(err)
		}
		downloaded := time.Now()
		runtime.ReadMemStats(&after)
		if fmt.Sprintf("%x", up.Sum(nil)) != fmt.Sprintf("%x", down.Sum(nil)) {
			t.Error("what came down is not what went up")
		}
		if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > size/3 {
			t.Errorf("the heap grew by %d MB", grown>>20)
		}
		t.Logf("up %.0f MB/s, down %.0f MB/s, heap %d MB",
			100/uploaded.Sub(began).Seconds(), 100/downloaded.Sub(uploaded).Seconds(), after.HeapSys>>20)
		run(t, shell(t, c), "rm "+file, "")
	})
}
