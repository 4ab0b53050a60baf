package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// sample is one run of odooctl.
type sample struct {
	Wall   time.Duration `json:"wall_ns"`
	CPU    time.Duration `json:"cpu_ns"` // user and system time of odooctl alone
	Peak   int64         `json:"peak_bytes"`
	Output string        `json:"-"`
}

// row is the median of some runs of one case.
type row struct {
	Case   string        `json:"case"`
	Hosts  int           `json:"hosts"`
	Tasks  int           `json:"tasks,omitempty"` // if it is not the playbook site
	Forks  int           `json:"forks"`
	RTT    time.Duration `json:"rtt_ns"`
	Runs   []sample      `json:"runs"`
	Median sample        `json:"median"`
	Load   string        `json:"load"` // load average before and after
}

// bench is the program under test, and the folder of its fleet.
type bench struct {
	program string
	dir     string
	runs    int
	rtt     time.Duration
	log     io.Writer
}

// one runs odooctl once, in its own environment. Its output must contain want: a run
// that did something else is no measurement.
func (b *bench) one(ctx context.Context, want string, args ...string) (sample, error) {
	cmd := exec.CommandContext(ctx, b.program, args...)
	cmd.Dir = b.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.dir, "XDG_STATE_HOME=" + filepath.Join(b.dir, "state")}
	for name, value := range secrets {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	err := cmd.Run()
	wall := time.Since(began)
	if err == nil && !strings.Contains(out.String(), want) {
		err = errors.New("it did not say " + want)
	}
	if err != nil {
		return sample{}, fmt.Errorf("odooctl %s: %w: %s",
			strings.Join(args, " "), err, last(out.String()+errs.String(), 600))
	}
	state := cmd.ProcessState
	usage := state.SysUsage().(*syscall.Rusage)
	return sample{Wall: wall, CPU: state.UserTime() + state.SystemTime(), Peak: usage.Maxrss << 10,
		Output: out.String()}, nil
}

func last(text string, n int) string { return text[max(0, len(text)-n):] }

// measure runs a case several times, and takes the medians.
func (b *bench) measure(ctx context.Context, r row, want string, args ...string) (row, error) {
	before := load()
	for range b.runs {
		s, err := b.one(ctx, want, args...)
		if err != nil {
			return r, err
		}
		r.Runs = append(r.Runs, s)
		fmt.Fprintf(b.log, "%s, %d hosts, %d forks: %.2f s, %.2f s CPU, %d MB\n", r.Case, r.Hosts, r.Forks,
			s.Wall.Seconds(), s.CPU.Seconds(), s.Peak>>20)
	}
	r.Load = before + " to " + load()
	r.Median = sample{
		Wall: median(r.Runs, func(s sample) time.Duration { return s.Wall }),
		CPU:  median(r.Runs, func(s sample) time.Duration { return s.CPU }),
		Peak: median(r.Runs, func(s sample) int64 { return s.Peak }),
	}
	return r, nil
}

func median[N ~int64](runs []sample, of func(sample) N) N {
	var list []N
	for _, s := range runs {
		list = append(list, of(s))
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// hosts starts a fleet in a separate process, and returns a function that ends it.
func (b *bench) hosts(ctx context.Context, n int) (stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, self, "serve", "--hosts", strconv.Itoa(n), "--rtt", b.rtt.String(), "--dir", b.dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	stop = func() { cancel(); cmd.Wait() }
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "ready") {
		stop()
		return nil, fmt.Errorf("the fleet did not come up: %q %w", line, err)
	}
	return stop, nil
}

func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// absolute makes a path valid for a process in another folder.
func absolute(file string) string {
	if full, err := filepath.Abs(file); err == nil {
		return full
	}
	return file
}
