package graph

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/rogpeppe/go-internal/txtar"

	"odooctl/inventory"
)

var rewrite = flag.Bool("rewrite", false, "write what is drawn into the files of testdata")

// TestForms draws the inventory that each file of testdata begins with in the forms that follow.
func TestForms(t *testing.T) {
	each(t, func(t *testing.T, file string, a *txtar.Archive, g *Graph) {
		forms := map[string]func() string{
			"text": func() string { return g.Text(0) }, "text 60": func() string { return g.Text(60) },
			"mermaid": g.Mermaid, "dot": g.Dot, "svg": g.SVG, "json": func() string { return document(t, g) },
		}
		for i, part := range a.Files {
			draw := forms[part.Name]
			if draw == nil {
				if part.Name != "inventory.yaml" {
					t.Errorf("there is no form %s", part.Name)
				}
				continue
			}
			got := draw()
			if got != string(part.Data) && !*rewrite {
				t.Errorf("%s: got\n%s", part.Name, got)
			}
			a.Files[i].Data = []byte(got)
		}
		if *rewrite {
			if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// each goes over the files of testdata.
func each(t *testing.T, do func(t *testing.T, file string, a *txtar.Archive, g *Graph)) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "inventory.yaml" })
			inv, err := inventory.Parse("inventory.yaml", a.Files[i].Data, inventory.Options{
				ReadFile: func(string) ([]byte, error) { return nil, fs.ErrNotExist },
			})
			if err != nil {
				t.Fatal(err)
			}
			do(t, file, a, New(inv.Deployments))
		})
	}
}

func document(t *testing.T, g *Graph) string {
	text, err := json.MarshalIndent(g, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

// TestLinks: links lead from one node to another, and what is said of them does for all that leave
// a node.
func TestLinks(t *testing.T) {
	each(t, func(t *testing.T, _ string, _ *txtar.Archive, g *Graph) {
		ids := map[string]bool{}
		for _, n := range g.Nodes {
			if ids[n.ID] {
				t.Errorf("two nodes are %q", n.ID)
			}
			ids[n.ID] = true
		}
		said := map[string][]string{}
		for _, l := range g.Links {
			if !ids[l.From] || !ids[l.To] {
				t.Errorf("a link from %q to %q, of which one is no node", l.From, l.To)
			}
			way := l.Deployment + ", " + l.From
			if before := said[way]; before != nil && !slices.Equal(before, l.Text) {
				t.Errorf("%s: %q and %q", way, before, l.Text)
			}
			said[way] = l.Text
		}
	})
}

// area is what a box or a line of text takes of the picture.
type area struct {
	what                     string
	left, top, right, bottom float64
}

func (a area) within(b area) bool {
	return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom
}

func (a area) overlaps(b area) bool {
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

// TestSVGIsRead: text stays in its box and in the picture, and nothing lies over anything else.
func TestSVGIsRead(t *testing.T) {
	each(t, func(t *testing.T, _ string, _ *txtar.Archive, g *Graph) {
		boxes, inside, beside := areas(t, g.SVG())
		if want := len(g.Deployments); len(boxes) < want || len(beside) <= want {
			t.Fatalf("%d boxes and %d lines beside them", len(boxes), len(beside))
		}
		picture := boxes[0]
		all := slices.Concat(boxes[1:], beside)
		for i, a := range all {
			if !a.within(picture) {
				t.Errorf("%v is not in the picture, %v", a, picture)
			}
			for _, b := range all[:i] {
				if a.overlaps(b) {
					t.Errorf("%v lies over %v", a, b)
				}
			}
		}
		for i, texts := range inside {
			for _, a := range texts {
				if !a.within(boxes[i]) {
					t.Errorf("%v is not in its box, %v", a, boxes[i])
				}
			}
		}
	})
}

// areas reads a picture: its boxes, of which the first is the picture itself, the lines of text in
// each, and those beside boxes.
func areas(t *testing.T, svg string) (boxes []area, inside map[int][]area, beside []area) {
	t.Helper()
	type element struct {
		Class  string  `xml:"class,attr"`
		X      float64 `xml:"x,attr"`
		Y      float64 `xml:"y,attr"`
		Width  float64 `xml:"width,attr"`
		Height float64 `xml:"height,attr"`
		Text   string  `xml:",chardata"`
	}
	inside = map[int][]area{}
	d := xml.NewDecoder(strings.NewReader(svg))
	for in := false; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return boxes, inside, beside
		}
		if err != nil {
			t.Fatal(err)
		}
		if end, ok := token.(xml.EndElement); ok && end.Name.Local == "g" {
			in = false
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		var e element
		switch start.Name.Local {
		case "g":
			in = true
			continue
		case "rect", "text":
			if err := d.DecodeElement(&e, &start); err != nil {
				t.Fatal(err)
			}
		default:
			continue
		}
		if start.Name.Local == "rect" {
			boxes = append(boxes, area{"box", e.X, e.Y, e.X + e.Width, e.Y + e.Height})
			continue
		}
		size := 13.0
		if e.Class == "name" {
			size = 15
		}
		wide := 0.602 * size * float64(ansi.StringWidth(e.Text)) // of DejaVu Sans Mono
		a := area{e.Text, e.X, e.Y - 0.76*size, e.X + wide, e.Y + 0.24*size}
		if in {
			inside[len(boxes)-1] = append(inside[len(boxes)-1], a)
		} else {
			beside = append(beside, a)
		}
	}
}

// TestEscapes: no name ends a text, in any form.
func TestEscapes(t *testing.T) {
	evil := "a\"b<c>&d#e\\f`g東京"
	g := &Graph{Deployments: []string{"shop"}, Nodes: []Node{{ID: Browser, Role: Browser},
		{ID: "o", Role: inventory.RoleOdoo, Deployments: []string{"shop"}, Host: "app1", Text: []string{evil}}},
		Links: []Link{{Deployment: "shop", From: Browser, To: "o", Text: []string{evil}}}}
	_, inside, beside := areas(t, g.SVG())
	if got := inside[2]; len(got) != 2 || got[1].what != evil || beside[1].what != evil {
		t.Errorf("in SVG: %v %v", inside, beside)
	}
	for form, want := range map[string]string{
		g.Mermaid(): "a#quot;b#lt;c#gt;#amp;d#35;e\\f#96;g東京",
		g.Dot():     "a\\\"b<c>&d#e\\\\f`g東京\\l",
	} {
		if strings.Count(form, want) != 2 || strings.Contains(form, evil) {
			t.Errorf("got\n%s", form)
		}
	}
}
