// Package result keeps what the benchmark measured: a JSON file that calls of the
// benchmark add to, and the Markdown made from it.
package result

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"time"
)

// Result is all that was measured on one machine.
type Result struct {
	Machine Machine `json:"machine"`
	Hosts   int     `json:"hosts"`
	Cells   []Cell  `json:"cells"`
}

// Machine is what it was measured on and with.
type Machine struct {
	CPU      string            `json:"cpu"`
	Cores    int               `json:"cores"`
	MemoryMB int64             `json:"memory_mb"`
	Kernel   string            `json:"kernel"`
	System   string            `json:"system"`
	Versions map[string]string `json:"versions"`
}

// Key says what a cell is about.
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
	AllSeconds  float64   `json:"all_cpu_seconds"` // CPU of the whole machine meanwhile, hosts and others included
	PeakMB      float64   `json:"peak_mb"`
	RoundTrips  int       `json:"round_trips,omitempty"` // of the host that had the most; 0: nobody counted
	Connections int       `json:"connections,omitempty"` // of all hosts
	Load        float64   `json:"load"`                  // of the machine's last minute, when the run began
	Busy        float64   `json:"busy"`                  // part of the machine's time that others took just before
}

// Read returns what a file has, or nothing where there is none.
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

// Find returns a cell, or nil where it was not measured.
func (r *Result) Find(k Key) *Cell {
	for i := range r.Cells {
		if r.Cells[i].Key == k {
			return &r.Cells[i]
		}
	}
	return nil
}

// Median of what is taken from each run; of an even number, the mean of the two in
// the middle.
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
