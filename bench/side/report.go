package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"odooctl/bench/side/result"
	"odooctl/bench/side/way"
)

// mark marks the place of the table in the page.
const mark = "side by side"

// write saves the measurements so far: after each run, as the next may fail.
func (b *bench) write() error {
	if err := os.MkdirAll(b.out, 0o755); err != nil {
		return err
	}
	if err := b.kept.Write(b.path); err != nil {
		return err
	}
	table := table(b.kept)
	if err := os.WriteFile(filepath.Join(b.out, "side.md"), table, 0o644); err != nil {
		return err
	}
	page, err := os.ReadFile(b.page)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	text, err := result.Between(string(page), mark, "\n"+string(table)+"\n")
	if err != nil {
		return err
	}
	return os.WriteFile(b.page, []byte(text), 0o644)
}

// table is the measurements as Markdown.
func table(r *result.Result) []byte {
	var ways []string
	for _, w := range way.All() {
		ways = append(ways, w.Name)
	}
	var distances []int64
	for _, c := range r.Cells {
		if !slices.Contains(distances, c.RTT) {
			distances = append(distances, c.RTT)
		}
	}
	slices.Sort(distances)
	var out bytes.Buffer
	r.Markdown(&out, cases, ways, distances)
	return out.Bytes()
}
