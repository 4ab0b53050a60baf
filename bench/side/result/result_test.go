package result

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		seconds []float64
		want    float64
	}{{[]float64{3}, 3}, {[]float64{5, 1, 3}, 3}, {[]float64{4, 1, 2, 9}, 3}} {
		var cell Cell
		for _, s := range c.seconds {
			cell.Runs = append(cell.Runs, Run{Seconds: s})
		}
		if got := cell.Median(Seconds); got != c.want {
			t.Errorf("median of %v: %v, want %v", c.seconds, got, c.want)
		}
	}
}

// TestFile: a later call finds the runs of an earlier one, adds to them, and makes one
// table of both.
func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "side.json")
	ours, theirs := Key{"converged", 20, "odooctl"}, Key{"converged", 20, "Ansible"}
	for range 2 {
		r, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		r.Hosts = 10
		r.Add(ours, Run{Seconds: 0.5, CPUSeconds: 0.125, AllSeconds: 1.5, PeakMB: 20, RoundTrips: 8})
		r.Forget(theirs)
		r.Add(theirs, Run{Seconds: 12.5})
		if err := r.Write(path); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	r.Markdown(&out, []string{"first", "converged"}, []string{"odooctl", "Ansible"}, []int64{0, 20})
	for _, want := range []string{
		"10 hosts and the controller",
		"| 20 ms | odooctl | 0.50 s | 0.50 s to 0.50 s | 1.0 | 0.12 s | 1.50 s | 20 MB | 8 | 2 |\n",
		"| 20 ms | Ansible | 12.5 s | 12.5 s to 12.5 s | 25.0 | 0.00 s | 0.00 s | 0 MB | - | 1 |\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "first") {
		t.Error("a case without runs has a table")
	}
}

func TestBetween(t *testing.T) {
	page := "# Page\n<!-- x -->\nold\n<!-- end of x -->\nend\n"
	got, err := Between(page, "x", "new\n")
	if want := "# Page\n<!-- x -->\nnew\n<!-- end of x -->\nend\n"; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Between(page, "y", "new\n"); err == nil {
		t.Error("a page without the marks is no error")
	}
}
