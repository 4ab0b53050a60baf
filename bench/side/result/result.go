// Package result stores the benchmark's measurements: a JSON file that each call of the
// benchmark adds to, and the Markdown made from it.
//
//	r, err := result.Read(path)
//	r.Add(key, run)
//	err = r.Write(path)
package result

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"time"
)

// Result is all measurements on one machine.
type Result struct {
	Machine Machine `json:"machine"`
	Hosts   int     `json:"hosts"`
	Cells   []Cell  `json:"cells"`
}

// Machine is the machine and the versions measured.
type Machine struct {
	CPU      string            `json:"cpu"`
	Cores    int               `json:"cores"`
	MemoryMB int64             `json:"memory_mb"`
	Kernel   string            `json:"kernel"`
	System   string            `json:"system"`
	Versions map[string]string `json:"versions"`
}

// Key identifies a cell.
type Key struct {
	Case string `json:"case"`
	RTT  int64  `json:"rtt_ms"`
	Way  string `json:"way"`
}

// Cell is the runs of one way in one case at one distance.
type Cell struct {
	Key
	Runs []Run `json:"runs"`
}

// Run is one run.
type Run struct {
	At          time.Time `json:"at"`
	Seconds     float64   `json:"seconds"`
	CPUSeconds  float64   `json:"cpu_seconds"`
	AllSeconds  float64   `json:"all_cpu_seconds"` // CPU time of the whole machine during the run, hosts and others included
	PeakMB      float64   `json:"peak_mb"`
	RoundTrips  int       `json:"round_trips,omitempty"` // of the host that had the most; 0: not counted
	Connections int       `json:"connections,omitempty"` // of all hosts
	Load        float64   `json:"load"`                  // of the machine in the minute before the run
	Busy        float64   `json:"busy"`                  // part of the machine's time that others used just before
}

// Read returns the content of a file, or an empty result if it does not exist.
func Read(path string) (*Result, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return &Result{}, nil
	}
	if err != nil {
		return nil, err
	}
	r := &Result{}
	return r, json.Unmarshal(text, r)
}

// Write replaces the file.
func (r *Result) Write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// Forget drops the runs of a cell.
func (r *Result) Forget(k Key) {
	r.Cells = slices.DeleteFunc(r.Cells, func(c Cell) bool { return c.Key == k })
}

// Add adds a run to its cell.
func (r *Result) Add(k Key, run Run) {
	for i := range r.Cells {
		if r.Cells[i].Key == k {
			r.Cells[i].Runs = append(r.Cells[i].Runs, run)
			return
		}
	}
	r.Cells = append(r.Cells, Cell{k, []Run{run}})
}

// Find returns a cell, or nil if it was not measured.
func (r *Result) Find(k Key) *Cell {
	for i := range r.Cells {
		if r.Cells[i].Key == k {
			return &r.Cells[i]
		}
	}
	return nil
}

// Median is the median of a value of the runs; for an even number, the mean of the two
// in the middle.
func (c *Cell) Median(of func(Run) float64) float64 {
	values := make([]float64, len(c.Runs))
	for i, r := range c.Runs {
		values[i] = of(r)
	}
	slices.SortFunc(values, cmp.Compare)
	half := len(values) / 2
	if len(values)%2 == 1 {
		return values[half]
	}
	return (values[half-1] + values[half]) / 2
}

// Seconds is for Median.
func Seconds(r Run) float64 { return r.Seconds }
