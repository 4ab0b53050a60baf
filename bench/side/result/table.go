package result

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// reference is the way that others are compared with.
const reference = "odooctl"

// Markdown writes the machine and a table: a row per way, in the given order of cases
// and distances.
func (r *Result) Markdown(w io.Writer, cases, ways []string, distances []int64) {
	m := r.Machine
	fmt.Fprintf(w, "%d hosts and the controller on one machine: %s, %d cores, %.0f GiB, %s, Linux %s.\n", r.Hosts,
		m.CPU, m.Cores, float64(m.MemoryMB)/1024, m.System, m.Kernel)
	var versions []string
	for name, version := range m.Versions {
		versions = append(versions, name+" "+version)
	}
	slices.Sort(versions)
	fmt.Fprintf(w, "%s.\n", strings.Join(versions, ", "))
	for _, c := range cases {
		var rows strings.Builder
		for _, d := range distances {
			for _, way := range ways {
				if cell := r.Find(Key{c, d, way}); cell != nil {
					rows.WriteString(r.row(cell))
				}
			}
		}
		if rows.Len() > 0 {
			fmt.Fprintf(w, "\n**%s**\n\n", c)
			fmt.Fprintln(w,
				"| Round trip | Way | Median | Fastest to slowest | Times odooctl | CPU of the controller | of the machine | "+
					"Peak memory | Round trips | Runs |")
			fmt.Fprintln(w, "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
			io.WriteString(w, rows.String())
		}
	}
}

// row is one cell in Markdown.
func (r *Result) row(c *Cell) string {
	times := "-"
	if ours := r.Find(Key{c.Case, c.RTT, reference}); ours != nil {
		times = fmt.Sprintf("%.1f", c.Median(Seconds)/ours.Median(Seconds))
	}
	trips := "-"
	if n := c.Median(func(r Run) float64 { return float64(r.RoundTrips) }); n > 0 {
		trips = fmt.Sprintf("%.0f", n)
	}
	least, most := math.Inf(1), 0.0
	for _, run := range c.Runs {
		least, most = min(least, run.Seconds), max(most, run.Seconds)
	}
	return fmt.Sprintf("| %d ms | %s | %s | %s to %s | %s | %s | %s | %.0f MB | %s | %d |\n", c.RTT, c.Way,
		seconds(c.Median(Seconds)), seconds(least), seconds(most), times,
		seconds(c.Median(func(r Run) float64 { return r.CPUSeconds })),
		seconds(c.Median(func(r Run) float64 { return r.AllSeconds })),
		c.Median(func(r Run) float64 { return r.PeakMB }), trips, len(c.Runs))
}

// seconds rounds to the digits that matter.
func seconds(s float64) string {
	if s >= 10 {
		return fmt.Sprintf("%.1f s", s)
	}
	return fmt.Sprintf("%.2f s", s)
}

// Between replaces the text between two marks, which are lines of their own.
func Between(page, mark, text string) (string, error) {
	begin, end := "<!-- "+mark+" -->\n", "<!-- end of "+mark+" -->\n"
	head, rest, ok := strings.Cut(page, begin)
	_, tail, found := strings.Cut(rest, end)
	if !ok || !found {
		return "", fmt.Errorf("no place for the table: want the lines %q and %q", begin, end)
	}
	return head + begin + text + end + tail, nil
}
