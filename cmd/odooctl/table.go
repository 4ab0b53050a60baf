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
	rows  [][]string
	right bool // all columns but the first are aligned right
	wraps bool // the last column is wrapped below itself, not cut
}

// least is how far a column is cut.
const least = 8

// gap is between two columns.
const gap = "  "

func newTable(head ...string) *table {
	t := &table{}
	if len(head) > 0 {
		t.row(head...)
	}
	return t
}

// row adds a row. Lines of the last cell stand below each other.
func (t *table) row(cells ...string) {
	last := len(cells) - 1
	for i, line := range strings.Split(cells[last], "\n") {
		row := make([]string, len(cells))
		if i == 0 {
			copy(row, cells)
		}
		row[last] = line
		t.rows = append(t.rows, row)
	}
}

// write writes the table for a terminal of so many columns; 0: for none.
func (t *table) write(w io.Writer, columns int) error {
	widths := t.widths(columns)
	var b strings.Builder
	for _, row := range t.rows {
		at := 0
		for i, cell := range row {
			last := i == len(row)-1
			if i > 0 {
				b.WriteString(gap)
			}
			switch {
			case !last || !t.wraps:
				cell = ansi.Truncate(cell, widths[i], "…")
			case columns > 0 && at+ansi.StringWidth(cell) > columns:
				indent := at + len(cell) - len(strings.TrimLeft(cell, " "))
				cell = hung(strings.Repeat(" ", indent), cell, max(columns, indent+least))[at:]
			}
			switch {
			case t.right && i > 0:
				b.WriteString(strings.Repeat(" ", max(0, widths[i]-ansi.StringWidth(cell))) + cell)
			case last:
				b.WriteString(cell)
			default:
				b.WriteString(padded(cell, widths[i]))
			}
			at += widths[i] + len(gap)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// padded fills text up to a width.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}

// widths are those of the columns.
func (t *table) widths(columns int) (widths []int) {
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	end := len(widths)
	if t.wraps {
		end, columns = end-1, columns-2*least
	}
	for columns > 0 && end > 1 {
		sum, widest := len(gap)*(len(widths)-1)+widths[0], 1
		for i := 1; i < end; i++ {
			sum += widths[i]
			if widths[i] > widths[widest] {
				widest = i
			}
		}
		if sum <= columns || widths[widest] <= least {
			break
		}
		widths[widest]--
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

// paint colours text by the sign of a change.
func (u *ui) paint(sign byte, text string) string {
	style, ok := colours[sign]
	if !u.colour || !ok {
		return text
	}
	return style.Styled(text)
}
