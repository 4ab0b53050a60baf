package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"odooctl/bench/side/way"
)

// The cases, in the order of the table.
const (
	first       = "first apply"
	converged   = "converged"
	changed     = "one changed file"
	unreachable = "one host unreachable"
)

// short are the cases' names in flags.
var short = map[string]string{"first": first, "converged": converged, "changed": changed, "unreachable": unreachable}

var cases = []string{first, converged, changed, unreachable}

// cell is a case at a distance, and the number of runs of each way.
type cell struct {
	name string
	rtt  time.Duration
	runs int
}

// options are the command line.
type options struct {
	lab, subnet, out, page string
	hosts                  int
	ways                   []string
	cells                  []cell
	within, calm           time.Duration
	add, keep, down        bool
}

const everything = "converged@0ms,converged@20ms,converged@100ms,changed@0ms,changed@20ms,changed@100ms," +
	"first@0ms,first@20ms,first@100ms,unreachable@0ms,unreachable@20ms,unreachable@100ms"

func parse(args []string, stderr io.Writer) (o options, err error) {
	f := flag.NewFlagSet("side", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.lab, "name", "bench", "the lab's `name`")
	f.StringVar(&o.subnet, "subnet", "198.18.55.0/24", "the lab's `network`")
	f.IntVar(&o.hosts, "hosts", 10, "how many hosts")
	f.StringVar(&o.out, "out", "bench/results", "the `folder` of side.json and side.md")
	f.StringVar(&o.page, "page", "docs/performance.md", "the `page` that the table goes into, too")
	f.DurationVar(&o.within, "within", 3*time.Hour, "no run begins later than this after the start")
	f.DurationVar(&o.calm, "calm", 45*time.Second, "how long a run waits for the machine to have nothing else to do")
	f.BoolVar(&o.add, "add", false, "add to the runs of earlier calls instead of replacing them")
	f.BoolVar(&o.keep, "keep", false, "leave the hosts up for the next call")
	f.BoolVar(&o.down, "down", false, "remove the hosts, and do nothing else")
	ways := f.String("ways", "", "the `ways`, of odooctl,Ansible,Ansible with Mitogen,floor; all if left out")
	cells := f.String("cells",
		everything, "what to measure: `CASE@RTT*RUNS,...`; a case is first, converged, changed or unreachable; 5 runs if "+
			"left out")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("%q is not understood: see -help", f.Arg(0))
	}
	if o.cells, err = parseCells(*cells); err != nil {
		return o, err
	}
	o.ways, err = parseWays(*ways)
	return o, err
}

func parseCells(text string) (cells []cell, err error) {
	for word := range strings.SplitSeq(text, ",") {
		c := cell{runs: 5}
		word, runs, given := strings.Cut(strings.TrimSpace(word), "*")
		if given {
			if c.runs, err = strconv.Atoi(runs); err != nil || c.runs < 1 {
				return nil, fmt.Errorf("cell %q: %q is not a number of runs", word, runs)
			}
		}
		name, rtt, _ := strings.Cut(word, "@")
		if c.name = short[name]; c.name == "" {
			return nil, fmt.Errorf("cell %q: want first, converged, changed or unreachable, @, and a round trip such as 20ms",
				word)
		}
		if c.rtt, err = time.ParseDuration(rtt); err != nil || c.rtt < 0 || c.rtt > 10*time.Second ||
			c.rtt%time.Millisecond != 0 {
			return nil, fmt.Errorf("cell %q: want a round trip of whole milliseconds, such as 20ms", word)
		}
		cells = append(cells, c)
	}
	return cells, nil
}

func parseWays(text string) (names []string, err error) {
	for _, w := range way.All() {
		names = append(names, w.Name)
	}
	if text == "" {
		return names, nil
	}
	chosen := strings.Split(text, ",")
	for _, c := range chosen {
		if !slices.Contains(names, c) {
			err = errors.Join(err, fmt.Errorf("way %q: want one of %q", c, names))
		}
	}
	return chosen, err
}
