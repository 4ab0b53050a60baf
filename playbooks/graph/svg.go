package graph

import (
	_ "embed"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// This file draws. Each deployment is a band, in which the ranks stand from left to right; columns
// are as wide in all bands. Letters are of one width, so that what they take is known here.

// Sizes, in pixels.
const (
	letter    = 8 // wider than any common font of 13 pixels has it
	lineHigh  = 18
	padding   = 12 // within a box, left and right
	space     = 20 // between boxes, and around all
	arrow     = 28 // from where lines part to the box that they lead to
	titleHigh = 34
	longest   = 38 // letters of a line
)

// legend is what the lines mean.
const legend = "dashed: no TLS, or only if the server offers it"

//go:embed svg.css
var style string

// box is a node in its place.
type box struct {
	lines               []string
	x, y, width, height int
	label               []string // of the links that leave it, if no box above it in its rank has the same
}

// middle is how high lines leave a box, and arrive.
func (b box) middle() int { return b.y + b.height/2 }

// slot is how much height a box needs, with the label beside it: that stands above the line.
func (b box) slot() int { return max(b.height, 2*len(b.label)*lineHigh+lineHigh) }

// band is a deployment.
type band struct {
	name  string
	y     int
	boxes [][]*box // by rank
	byID  map[string]*box
}

// SVG draws the graph, in the colours of the reader's browser: light or dark.
func (g *Graph) SVG() string {
	bands := make([]*band, len(g.Deployments))
	for i, d := range g.Deployments {
		bands[i] = g.band(d)
	}
	width := max(columns(bands), 2*space+widest([]string{legend}))
	y := space
	for _, b := range bands {
		width = max(width, 2*space+widest([]string{b.name})*5/4)
		y = b.place(y)
	}
	foot := y + lineHigh
	y = foot + space
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 %d %d" width="%d" height="%d">`+"\n",
		width, y, width, y)
	fmt.Fprintf(&out, "<title>From the browser to PostgreSQL</title>\n<style>\n%s</style>\n", style)
	out.WriteString(`<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" ` +
		`orient="auto"><path class="end" d="M0 0L8 4L0 8z"/></marker></defs>` + "\n")
	fmt.Fprintf(&out, `<rect class="ground" width="%d" height="%d"/>`+"\n", width, y)
	for _, b := range bands {
		g.draw(&out, b)
	}
	text(&out, "label", space, foot, legend)
	out.WriteString("</svg>\n")
	return out.String()
}

// band makes the boxes of a deployment, without their places.
func (g *Graph) band(deployment string) *band {
	b := &band{name: deployment, byID: map[string]*box{}}
	for _, nodes := range g.of(deployment) {
		var boxes []*box
		var labels [][]string
		for _, n := range nodes {
			x := &box{lines: wrapped(n.lines())}
			x.width, x.height = widest(x.lines)+2*padding, len(x.lines)*lineHigh+padding
			if links := g.from(deployment, n); len(links) > 0 {
				label := wrapped(links[0].Text)
				if !slices.ContainsFunc(labels, func(l []string) bool { return slices.Equal(l, label) }) {
					x.label, labels = label, append(labels, label)
				}
			}
			boxes, b.byID[n.ID] = append(boxes, x), x
		}
		b.boxes = append(b.boxes, boxes)
	}
	return b
}

// columns puts the ranks of all bands beside each other, and returns how wide that is.
func columns(bands []*band) int {
	at := space
	for rank := range ranks {
		wide, label := 0, 0
		for _, b := range bands {
			for _, x := range b.boxes[rank] {
				x.x = at
				wide, label = max(wide, x.width), max(label, widest(x.label))
			}
		}
		for _, b := range bands {
			for _, x := range b.boxes[rank] {
				x.width = wide
			}
		}
		if wide > 0 {
			at += wide
		}
		if label > 0 {
			at += padding + label + arrow
		} else if wide > 0 {
			at += space
		}
	}
	return at
}

// place puts the boxes of a band below y, each rank in the middle of its height, and returns
// where the next band begins.
func (b *band) place(y int) int {
	b.y = y
	y += titleHigh
	high := 0
	for _, boxes := range b.boxes {
		high = max(high, stacked(boxes))
	}
	for _, boxes := range b.boxes {
		at := y + (high-stacked(boxes))/2
		for _, x := range boxes {
			x.y = at + (x.slot()-x.height)/2
			at += x.slot() + space
		}
	}
	return y + high + space
}

// stacked is the height of boxes above each other.
func stacked(boxes []*box) (high int) {
	for _, x := range boxes {
		high += x.slot() + space
	}
	return max(high-space, 0)
}

// draw writes a band: lines first, so that nothing is below them.
func (g *Graph) draw(out *strings.Builder, b *band) {
	text(out, "name", space, b.y+lineHigh, b.name)
	for _, l := range g.Links {
		if l.Deployment == b.name {
			from, to := b.byID[l.From], b.byID[l.To]
			class := "link"
			if l.TLS == TLSNo || l.TLS == TLSOffered {
				class += " open"
			}
			fmt.Fprintf(out, `<path class="%s" d="M%d %dH%dV%dH%d" marker-end="url(#end)"/>`+"\n", class,
				from.x+from.width, from.middle(), to.x-arrow+padding/2, to.middle(), to.x)
		}
	}
	for rank, boxes := range b.boxes {
		for _, x := range boxes {
			fmt.Fprintf(out, `<g class="%s">`+"\n", ranks[rank])
			fmt.Fprintf(out, `<rect x="%d" y="%d" width="%d" height="%d" rx="6"/>`+"\n", x.x, x.y, x.width, x.height)
			for i, line := range x.lines {
				class := ""
				if i == 0 {
					class = "title"
				}
				text(out, class, x.x+padding, x.y+(i+1)*lineHigh, line)
			}
			out.WriteString("</g>\n")
			for i, line := range x.label {
				text(out, "label", x.x+x.width+padding/2, x.middle()-(len(x.label)-i)*lineHigh+padding, line)
			}
		}
	}
}

// text writes one line, whose foot is at y.
func text(out *strings.Builder, class string, x, y int, line string) {
	if class != "" {
		class = fmt.Sprintf(` class="%s"`, class)
	}
	fmt.Fprintf(out, `<text%s x="%d" y="%d">`, class, x, y)
	_ = xml.EscapeText(out, []byte(line)) // a Builder takes all
	out.WriteString("</text>\n")
}

// wrapped cuts lines to the longest that is drawn.
func wrapped(lines []string) (out []string) {
	for _, l := range lines {
		out = append(out, strings.Split(ansi.Wrap(l, longest, ""), "\n")...)
	}
	return out
}

func widest(lines []string) (width int) {
	for _, l := range lines {
		width = max(width, letter*ansi.StringWidth(l))
	}
	return width
}
