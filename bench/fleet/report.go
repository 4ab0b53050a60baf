package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// machine describes the machine of the measurement.
type machine struct {
	CPU    string    `json:"cpu"`
	Cores  int       `json:"cores"`
	Memory string    `json:"memory"`
	Kernel string    `json:"kernel"`
	Go     string    `json:"go"`
	Time   time.Time `json:"time"`
}

func here() machine {
	return machine{
		CPU: field("/proc/cpuinfo", "model name"), Cores: runtime.NumCPU(), Memory: field("/proc/meminfo", "MemTotal"),
		Kernel: strings.TrimSpace(text("/proc/sys/kernel/osrelease")), Go: runtime.Version(),
		Time: time.Now().UTC().Truncate(time.Second),
	}
}

func text(file string) string {
	data, _ := os.ReadFile(file)
	return string(data)
}

// field reads a value from a file with lines NAME: VALUE.
func field(file, name string) string {
	for line := range strings.Lines(text(file)) {
		if key, value, _ := strings.Cut(line, ":"); strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// markdown writes the table for people.
func markdown(m machine, rows []row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d cores, %s, Linux %s, %s, %s. Medians; the simulated hosts run on the same cores.\n\n",
		m.CPU, m.Cores, m.Memory, m.Kernel, m.Go, m.Time.Format(time.DateOnly))
	b.WriteString("| case | hosts | tasks | forks | round trip | runs | wall | hosts/s | CPU/host | peak memory | load " +
		"|\n")
	b.WriteString("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --- |\n")
	for _, r := range rows {
		s := r.Median
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %d | %.2f s | %.0f | %.2f ms | %d MB | %s |\n",
			r.Case, r.Hosts, dash(r.Tasks), dash(r.Forks), r.RTT, len(r.Runs), s.Wall.Seconds(),
			float64(r.Hosts)/s.Wall.Seconds(),
			s.CPU.Seconds()*1000/float64(r.Hosts), s.Peak>>20, r.Load)
	}
	return b.String()
}

func dash(n int) string {
	return cmp.Or(strings.TrimPrefix(fmt.Sprint(n), "0"), "")
}

// write writes the rows as JSON, and the growth as a picture.
func write(m machine, rows []row, file, plot string) error {
	data, err := json.MarshalIndent(struct {
		Machine machine `json:"machine"`
		Rows    []row   `json:"rows"`
	}{m, rows}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(plot, []byte(growth(rows)), 0o644)
}
