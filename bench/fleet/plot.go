package main

import (
	"fmt"
	"math"
	"strings"
)

// panel is one diagram: a value over the number of hosts, both logarithmic, so that
// linear growth is parallel to the grid's diagonal.
type panel struct {
	title  string
	left   float64
	points [][2]float64
}

const (
	panelWidth, panelHeight = 300.0, 260.0
	panelTop                = 40.0
)

// growth draws wall time, CPU time and peak memory over the size of the fleet.
func growth(rows []row) string {
	panels := []panel{{title: "wall time, s", left: 60}, {title: "CPU time of odooctl, s", left: 440},
		{title: "peak memory, MB", left: 820}}
	seen := map[int]bool{}
	for _, r := range rows {
		if r.Case != "apply, converged" || seen[r.Hosts] {
			continue
		}
		seen[r.Hosts] = true // the first one is with the default of --forks
		for i, v := range []float64{r.Median.Wall.Seconds(), r.Median.CPU.Seconds(), float64(r.Median.Peak >> 20)} {
			panels[i].points = append(panels[i].points, [2]float64{float64(r.Hosts), v})
		}
	}
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1160 360" font-family="sans-serif" font-size="13">` + "\n")
	b.WriteString(`<rect width="1160" height="360" fill="white"/>` + "\n")
	for _, p := range panels {
		p.draw(&b)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func (p panel) draw(b *strings.Builder) {
	low, high := math.Inf(1), math.Inf(-1)
	first, last := math.Inf(1), math.Inf(-1)
	for _, at := range p.points {
		first, last = min(first, math.Floor(math.Log10(at[0]))), max(last, math.Ceil(math.Log10(at[0])))
		low, high = min(low, math.Floor(math.Log10(at[1]))), max(high, math.Ceil(math.Log10(at[1])))
	}
	if len(p.points) == 0 || first == last {
		return
	}
	high = max(high, low+1)
	x := func(v float64) float64 { return p.left + panelWidth*(math.Log10(v)-first)/(last-first) }
	y := func(v float64) float64 { return panelTop + panelHeight*(high-math.Log10(v))/(high-low) }
	fmt.Fprintf(b, `<text x="%.0f" y="24" font-weight="bold">%s</text>`+"\n", p.left, p.title)
	for e := first; e <= last; e++ {
		v := math.Pow(10, e)
		fmt.Fprintf(b, `<path d="M%.1f %.1fV%.1f" stroke="#ddd"/><text x="%.1f" y="%.1f" text-anchor="middle">%.0f</text>`+"\n", x(v), panelTop, panelTop+panelHeight, x(v), panelTop+panelHeight+18, v)
	}
	for e := low; e <= high; e++ {
		v := math.Pow(10, e)
		fmt.Fprintf(b, `<path d="M%.1f %.1fH%.1f" stroke="#ddd"/><text x="%.1f" y="%.1f" text-anchor="end">%g</text>`+"\n",
			p.left, y(v), p.left+panelWidth, p.left-6, y(v)+4, v)
	}
	var line []string
	for _, at := range p.points {
		line = append(line, fmt.Sprintf("%.1f,%.1f", x(at[0]), y(at[1])))
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="4" fill="#1a6"/><text x="%.1f" y="%.1f" text-anchor="end" fill="#164">%.3g</text>`+"\n", x(at[0]), y(at[1]), x(at[0])-6, y(at[1])-8, at[1])
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="#1a6" stroke-width="2"/>`+"\n", strings.Join(line, " "))
	fmt.Fprintf(b, `<text x="%.0f" y="%.0f" text-anchor="middle">hosts</text>`+"\n", p.left+panelWidth/2,
		panelTop+panelHeight+40)
}
