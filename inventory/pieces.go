package inventory

import (
	"bytes"
	"errors"
	"io"
	"regexp"

	"gopkg.in/yaml.v3"
)

// The tree of a file takes many times the memory of its text. Of a large file, the deployments
// are therefore parsed some at a time, and each tree is freed when they have been read.
type sizes struct {
	file  int // from which it is cut
	piece int
}

var largeFile = sizes{4 << 20, 256 << 10}

// pieces is the section deployments of a large file, cut between deployments.
type pieces struct {
	whole []byte // the file
	texts [][]byte
	lines []int // in which line each begins, from 0
}

// anchor begins what an alias elsewhere in the file may stand for.
var anchor = regexp.MustCompile(`(?m)(^|[\s\[{,:])&[A-Za-z0-9_]`)

// apart are lines that say of the file that it is not one mapping of its own.
var apart = regexp.MustCompile(`^(---|\.\.\.|%|include\b)`)

// cut takes the deployments out of a large file. The rest has as many lines; it is the file
// itself where that cannot be told from its lines.
func cut(data []byte, large sizes) (rest []byte, p *pieces) {
	if len(data) < large.file || bytes.IndexByte(data, '&') >= 0 && anchor.Match(data) {
		return data, nil
	}
	p = &pieces{whole: data}
	from, to, indent := -1, len(data), 0 // of the section's lines
	line, begin, beginLine := 0, 0, 0
	for at := 0; at < len(data); line++ {
		end := len(data)
		if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
			end = at + n + 1
		}
		text := bytes.TrimRight(data[at:end], " \r\n")
		body := bytes.TrimLeft(text, " ")
		blank := len(body) == 0 || body[0] == '#'
		switch depth := len(text) - len(body); {
		case depth == 0 && apart.Match(text):
			return data, nil
		case from < 0 && string(text) == "deployments:":
			from, begin, beginLine = end, end, line+1
		case from < 0 || blank:
		case depth == 0:
			p.add(data[begin:at], beginLine)
			to, begin = at, -1
		case indent == 0:
			indent = depth
		case depth == indent && at-begin > large.piece:
			p.add(data[begin:at], beginLine)
			begin, beginLine = at, line
		}
		if begin < 0 {
			break
		}
		at = end
	}
	if from < 0 || apart.Match(data[to:]) || bytes.Contains(data[to:], []byte("\ndeployments:")) ||
		bytes.Contains(data[to:], []byte("\ninclude")) || bytes.Contains(data[to:], []byte("\n---")) {
		return data, nil
	}
	if begin >= 0 {
		p.add(data[begin:], beginLine)
	}
	rest = append(rest, data[:from]...)
	rest = append(rest, bytes.Repeat([]byte("\n"), bytes.Count(data[from:to], []byte("\n")))...)
	return append(rest, data[to:]...), p
}

func (p *pieces) add(text []byte, line int) {
	p.texts, p.lines = append(p.texts, text), append(p.lines, line)
}

// mainTree is syntaxTree for the file itself: of a large one without its deployments.
func (d *decoder) mainTree(data []byte) *yaml.Node {
	if !d.isSmall(data) || !d.isText(data) {
		return nil
	}
	if rest, p := cut(data, d.large); p != nil {
		if root := d.tree(rest); root != nil {
			d.pieces = p
			return root
		}
		d.errs = findings{} // the whole has better ones
	}
	return d.tree(data)
}

// each gives the deployments of the pieces. Where one of these is not YAML by itself, the
// others are taken from the tree of the whole file.
func (p *pieces) each(d *decoder, read func(pair)) {
	seen := map[string]int{}
	once := func(list []pair) {
		for i, e := range list {
			list[i] = pair{} // the tree is freed as it is read
			if line, twice := seen[e.name]; twice && line != e.key.Line {
				d.errorf(e.key, "duplicate key %s: line %d has it already", e.name, line)
			} else if !twice {
				seen[e.name] = e.key.Line
				read(e)
			}
		}
	}
	for i, text := range p.texts {
		tree := d.piece(text, p.lines[i])
		if tree == nil {
			if whole := d.tree(p.whole); whole != nil {
				if section := take(whole, "deployments"); section != nil && d.isMapping(resolve(section)) {
					once(d.pairs(section))
				}
			}
			return
		}
		once(d.pairs(tree))
	}
}

// piece parses deployments; nil: they are not a mapping by themselves.
func (d *decoder) piece(text []byte, line int) *yaml.Node {
	shielded := shieldRanges(text)
	dec := yaml.NewDecoder(bytes.NewReader(shielded))
	var doc, second yaml.Node
	if decodeNode(dec, &doc) != nil || doc.Content[0].Kind != yaml.MappingNode ||
		!errors.Is(decodeNode(dec, &second), io.EOF) {
		return nil
	}
	if len(shielded) != len(text) {
		unshieldRanges(&doc)
	}
	below(&doc, line)
	return doc.Content[0]
}

// below moves the nodes of a piece to where it is in the file.
func below(n *yaml.Node, lines int) {
	n.Line += lines
	for _, child := range n.Content {
		below(child, lines)
	}
}
