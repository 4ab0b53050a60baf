package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// syntaxTree reads the bytes as one YAML document. It gives nil after recording why that failed.
func (d *decoder) syntaxTree(data []byte) *yaml.Node {
	if !d.isSmall(data) || !d.isText(data) {
		return nil
	}
	return d.tree(data)
}

func (d *decoder) tree(data []byte) *yaml.Node {
	text := shieldRanges(data)
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, second yaml.Node
	switch err := decodeNode(dec, &doc); {
	case errors.Is(err, io.EOF):
		d.errs.add(Pos{File: d.file}, "the inventory is empty: want hosts and deployments (the README has an example)")
		return nil
	case err != nil:
		d.syntaxError(data, err)
		return nil
	}
	if err := decodeNode(dec, &second); !errors.Is(err, io.EOF) {
		if err != nil {
			d.syntaxError(data, err)
		} else {
			d.errorf(&second, "a second YAML document starts here: an inventory is one document")
		}
		return nil
	}
	if len(text) != len(data) {
		unshieldRanges(&doc)
	}
	return doc.Content[0]
}

// decodeNode turns a panic of the YAML library into an error: a malformed file must not
// end the program.
func decodeNode(dec *yaml.Decoder, n *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML library failed: %v", r)
		}
	}()
	return dec.Decode(n)
}

// isSmall tells before the file is parsed, which takes the memory, whether it has more values
// than an inventory may have. Each has one of these characters beside it, or two.
func (d *decoder) isSmall(data []byte) bool {
	values := 0
	for _, mark := range []string{":", ",", "\n", "[", "{"} {
		values += bytes.Count(data, []byte(mark))
	}
	if values <= maxValues {
		d.budget += values
		return true
	}
	d.errs.add(Pos{File: d.file}, "the file has %d MB and some %d values, and reading it would take %d MB of memory: %d "+
		"are the most; write hosts as ranges (app[1:20]), or cut it into several inventories", len(data)>>20, values,
		values*bytesInMemory>>20, maxValues)
	return false
}

// bytesInMemory is what a value takes while a file is read.
const bytesInMemory = 250

// isText checks for UTF-8 without control characters, which the YAML library reports
// without a line.
func (d *decoder) isText(data []byte) bool {
	pos := Pos{File: d.file, Line: 1, Col: 1}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			d.errs.add(pos, "byte %#02x is not UTF-8: save the file as UTF-8", data[i])
			return false
		case r == '\n':
			pos.Line, pos.Col = pos.Line+1, 0
		case r < ' ' && r != '\t' && r != '\r' || r == 0x7f || r == shieldOpen || r == shieldClose:
			d.errs.add(pos, "character %U is not text: remove it", r)
			return false
		}
		pos.Col++
		i += size
	}
	return true
}

var (
	yamlMessage   = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
	ansibleGroup  = regexp.MustCompile(`(?m)^\[[\w.-]+(:children|:vars)?\][ \t]*$`)
)

// syntaxError records an error of the YAML library. The library leaves out the line when
// it is the first, often gives that of the enclosing block, and gives none for an unknown
// anchor; so the text itself is searched.
func (d *decoder) syntaxError(data []byte, err error) {
	pos, msg := Pos{File: d.file, Line: 1}, err.Error()
	if m := yamlMessage.FindStringSubmatch(msg); m != nil {
		msg = m[2]
		if m[1] != "" {
			pos.Line, _ = strconv.Atoi(m[1])
		}
	}
	if line := brokenLine(data); line > 0 {
		pos.Line = line
	}
	lines := strings.Split(string(data), "\n")
	switch {
	case ansibleGroup.Match(data):
		d.errs.add(Pos{File: d.file, Line: 1}, notOurs)
	case strings.Contains(msg, "cannot start any token") || strings.Contains(msg, "a tab character"):
		d.tokenError(pos, lines)
	case unknownAnchor.MatchString(msg):
		name := unknownAnchor.FindStringSubmatch(msg)[1]
		d.errs.add(find(d.file, lines, "*"+name), "no anchor of this name is defined above; quote a value that starts with *")
	default:
		if pos.Line <= len(lines) {
			pos.Col = column(lines[pos.Line-1], msg)
		}
		d.errs.add(pos, "the YAML cannot be read: %s", msg)
	}
}

// SyntaxError says what is wrong with a file that is no YAML, and where: err is what the library
// said of it.
func SyntaxError(file string, data []byte, err error) error {
	d := &decoder{file: file}
	d.syntaxError(data, err)
	return Errors(d.errs.list)
}

// valueBegins matches what begins a value in a line, or the next key.
var valueBegins = regexp.MustCompile(`:(\s|$)`)

// column is where in its line a message of the YAML library applies, which says only what it
// is about: the bracket or quote that is not closed, the second colon, or the line as a whole.
func column(line, msg string) int {
	at := len(line) - len(strings.TrimLeft(line, " "))
	switch {
	case strings.Contains(msg, "',' or '}'"):
		at = max(at, strings.LastIndexByte(line, '{'))
	case strings.Contains(msg, "',' or ']'"):
		at = max(at, strings.LastIndexByte(line, '['))
	case strings.Contains(msg, "unexpected end of stream"):
		at = max(at, strings.LastIndexAny(line, `"'`))
	case strings.HasPrefix(msg, "mapping values are not allowed"):
		if colons := valueBegins.FindAllStringIndex(line, -1); len(colons) > 1 {
			at = colons[1][0]
		}
	}
	return utf8.RuneCountInString(line[:at]) + 1
}

func (d *decoder) tokenError(pos Pos, lines []string) {
	for i := max(0, pos.Line-1); i < len(lines); i++ {
		body := strings.TrimLeft(lines[i], " \t")
		indent := lines[i][:len(lines[i])-len(body)]
		if tab := strings.IndexByte(indent, '\t'); tab >= 0 && body != "" {
			d.errs.add(Pos{d.file, i + 1, tab + 1}, "a tab indents this line: YAML takes spaces only")
			return
		}
		for _, c := range "@`%" {
			if col := strings.Index(lines[i], ": "+string(c)); col >= 0 {
				d.errs.add(Pos{d.file, i + 1, utf8.RuneCountInString(lines[i][:col]) + 3},
					"a value that starts with %c must be quoted", c)
				return
			}
		}
	}
	d.errs.add(pos, "the YAML cannot be read: a character here cannot start a value; quote it")
}

func find(file string, lines []string, text string) Pos {
	for i, line := range lines {
		if col := strings.Index(line, text); col >= 0 {
			return Pos{file, i + 1, utf8.RuneCountInString(line[:col]) + 1}
		}
	}
	return Pos{File: file}
}
