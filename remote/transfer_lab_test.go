//go:build lab

package remote_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"odooctl/remote"
)

// A hundred megabytes go up as they are, and the memory they take does not grow with
// them.
func TestLabTransfer(t *testing.T) {
	const size = 100 << 20
	onEvery(t, func(t *testing.T, c remote.Config) {
		client := dial(t, c)
		file := "/var/tmp/remote-" + c.User + strings.ReplaceAll(t.Name(), "/", "-")
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		sum := sha256.New()
		r := io.TeeReader(io.LimitReader(rand.NewChaCha8([32]byte{1}), size), sum)
		began := time.Now()
		if err := client.Upload(deadline(t), file, r); err != nil {
			t.Fatal(err)
		}
		uploaded := time.Now()
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > size/3 {
			t.Errorf("the heap grew by %d MB", grown>>20)
		}
		t.Logf("up %.0f MB/s, heap %d MB", 100/uploaded.Sub(began).Seconds(), after.HeapSys>>20)
		if got := run(t, shell(t, c), "sha256sum <"+file+" && rm "+file, ""); string(got.Stdout) != fmt.Sprintf("%x  -\n",
			sum.Sum(nil)) {
			t.Errorf("what is there is not what went up: %s", got.Stdout)
		}
	})
}
