//go:build profile

package main

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
)

// profile writes cpu.pprof and heap.pprof into the folder that ODOOCTL_PROFILE names;
// see docs/performance.md. The heap profile is taken at the end of the run and has all
// allocations since its beginning.
func profile() (stop func()) {
	dir := os.Getenv("ODOOCTL_PROFILE")
	cpu, err := os.Create(filepath.Join(dir, "cpu.pprof"))
	if dir == "" || err != nil {
		return func() {}
	}
	pprof.StartCPUProfile(cpu)
	return func() {
		pprof.StopCPUProfile()
		cpu.Close()
		heap, err := os.Create(filepath.Join(dir, "heap.pprof"))
		if err != nil {
			return
		}
		defer heap.Close()
		runtime.GC()
		pprof.WriteHeapProfile(heap)
	}
}
