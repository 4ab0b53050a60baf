package main

import (
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// This file lays text out in columns and colours it. Widths are what a terminal makes of
// letters: 東 takes two columns, a colour none.

// table is rows of cells, in columns as wide as their widest cell. On a terminal the widest
// columns are cut where a row would not fit, but never the first, which has the names.
type table struct {
	rows  []row
	right bool  // all columns but the first are aligned right
	wraps bool  // the last column is wrapped below itself, not cut
	terse bool  // columns that say nothing are left out
	tail  int   // the column that is cut at its start, as paths are; 0: none
	spare []int // the columns that a narrow terminal goes without, the first one first

	paint func(sign byte, text string) string
}

// row is a line of a table, and what is told below it.
type row struct {
	cells []string
	sign  byte // of the whole line: what is wrong is marked
	notes []note
}

// note is a text below a row.
type note struct {
	sign byte
	text string
}

// least is how far a column is cut, and enough how far while there are others to spare.
const (
	least  = 8
	enough = 16
)

// gap is between two columns.
const gap = "  "

func newTable(head ...string) *table {
	t := &table{paint: painter(false)}
	if len(head) > 0 {
		t.row(head...)
	}
	return t
}

// row adds a row. Lines of the last cell stand below each other.
func (t *table) row(cells ...string) {
	last := len(cells) - 1
	for i, line := range strings.Split(cells[last], "\n") {
		part := make([]string, len(cells))
		if i == 0 {
			copy(part, cells)
		}
		part[last] = line
		t.rows = append(t.rows, row{cells: part})
	}
}

// write writes the table for a terminal of so many columns; 0: for none.
func (t *table) write(w io.Writer, columns int) error {
	widths := t.widths(columns)
	var b strings.Builder
	for _, r := range t.rows {
		b.WriteString(t.paint(r.sign, t.line(r.cells, widths, columns)) + "\n")
		for _, n := range r.notes {
			lead := strings.Repeat(" ", widths[0]+len(gap)) + t.paint(n.sign, string(n.sign)) + " "
			if columns == 0 {
				b.WriteString(lead + n.text + "\n")
				continue
			}
			b.WriteString(hung(lead, n.text, columns) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// line is a row in columns of these widths; -1: the column is left out.
func (t *table) line(cells []string, widths []int, columns int) string {
	var b strings.Builder
	at := 0
	for i, cell := range cells {
		if widths[i] < 0 {
			continue
		}
		if i > 0 {
			b.WriteString(gap)
		}
		if over := ansi.StringWidth(cell) - widths[i]; over > 0 && i > 0 && i == t.tail {
			cell = ansi.TruncateLeft(cell, over+1, "…")
		} else if i < len(cells)-1 || !t.wraps {
			cell = ansi.Truncate(cell, widths[i], "…")
		} else if columns > 0 && at+ansi.StringWidth(cell) > columns {
			indent := at + len(cell) - len(strings.TrimLeft(cell, " "))
			cell = hung(strings.Repeat(" ", indent), cell, max(columns, indent+least))[at:]
		}
		fill := strings.Repeat(" ", max(0, widths[i]-ansi.StringWidth(cell)))
		if t.right && i > 0 {
			b.WriteString(fill + cell)
		} else {
			b.WriteString(cell + fill)
		}
		at += widths[i] + len(gap)
	}
	return strings.TrimRight(b.String(), " ")
}

// padded fills text up to a width.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}

// widths are those of the columns; -1 for one that is left out.
func (t *table) widths(columns int) (widths []int) {
	says := map[int]bool{}
	for n, r := range t.rows {
		for i, cell := range r.cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], ansi.StringWidth(cell))
			says[i] = says[i] || i < 2 || n > 0 && cell != "" && cell != "-"
		}
	}
	for i := range widths {
		if t.terse && !says[i] {
			widths[i] = -1
		}
	}
	end := len(widths)
	if t.wraps {
		end, columns = end-1, columns-2*least
	}
	spare := t.spare
	for columns > 0 && end > 1 {
		sum, widest := -len(gap), 1
		for i, width := range widths {
			if width < 0 {
				continue
			}
			if i < end {
				sum += width
			}
			sum += len(gap)
			if 0 < i && i < end && width > widths[widest] {
				widest = i
			}
		}
		switch {
		case sum <= columns:
			return widths
		case len(spare) > 0 && widths[widest] <= enough:
			widths[spare[0]], spare = -1, spare[1:]
		case widths[widest] > least:
			widths[widest]--
		default:
			return widths
		}
	}
	return widths
}

// colours are those of the signs of changes.
var colours = map[byte]ansi.Style{
	'+': ansi.Style{}.ForegroundColor(ansi.Green),
	'-': ansi.Style{}.ForegroundColor(ansi.Red),
	'~': ansi.Style{}.ForegroundColor(ansi.Yellow),
	'!': ansi.Style{}.ForegroundColor(ansi.Cyan),
	'?': ansi.Style{}.ForegroundColor(ansi.Magenta),
	'E': ansi.Style{}.ForegroundColor(ansi.Red).Bold(),
	'@': ansi.Style{}.Faint(),
}

// paint colours text of standard output by the sign of a change.
func (u *ui) paint(sign byte, text string) string { return painter(u.colour)(sign, text) }

// painter colours text by the sign of a change, or leaves it as it is.
func painter(colour bool) func(sign byte, text string) string {
	return func(sign byte, text string) string {
		style, ok := colours[sign]
		if !colour || !ok || text == "" {
			return text
		}
		return style.Styled(text)
	}
}
