package main

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	o, err := parse([]string{"-cells", "first@100ms*3, converged@0ms", "-ways", "odooctl,floor", "-keep"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if want := []cell{{first, 100 * time.Millisecond, 3}, {converged, 0, 5}}; !slices.Equal(o.cells, want) {
		t.Errorf("cells %v, want %v", o.cells, want)
	}
	if want := []string{"odooctl", "floor"}; !slices.Equal(o.ways, want) || !o.keep {
		t.Errorf("ways %q, keep %v", o.ways, o.keep)
	}
	o, err = parse(nil, io.Discard)
	if err != nil || len(o.cells) != 12 || len(o.ways) != 4 {
		t.Errorf("without flags: %d cells, %d ways, %v; want every case at three distances, four ways",
			len(o.cells), len(o.ways), err)
	}
}

func TestParseErrors(t *testing.T) {
	for args, says := range map[string]string{
		"-cells=last@0ms":       "want first, converged, changed or unreachable",
		"-cells=first":          "want a round trip",
		"-cells=first@-1ms":     "want a round trip",
		"-cells=first@0.5ms":    "whole milliseconds",
		"-cells=first@0ms*0":    "not a number of runs",
		"-cells=first@0ms*many": "not a number of runs",
		"-ways=odooctl,puppet":  `way "puppet"`,
		"converged":             "not understood",
		"-within=tomorrow":      "invalid value",
	} {
		if _, err := parse([]string{args}, io.Discard); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want an error with %q", args, err, says)
		}
	}
}
