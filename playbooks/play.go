package playbooks

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"odooctl/inventory"
	"odooctl/inventory/nearest"
	"odooctl/tasks"
	"odooctl/tasks/odoo"
)

//go:embed *.yaml
var embedded embed.FS

// Playbook is a list of plays under a name.
type Playbook struct {
	Name   string
	Plays  []Play
	File   string // absolute path; "" for an embedded one
	Digest string // SHA-256 of the file's bytes, in hex

	Together bool // its tasks look at hosts that share no deployment with their own
}

// Play is one step: which hosts get which tasks.
type Play struct {
	Name  string
	Hosts string   // pattern, as Inventory.Match takes it
	Tags  []string // names for Options.Tags, in addition to those of the tasks
	After After
	// Temporary undoes the play in the end on hosts that do not get to a later one.
	Temporary bool
	// Rolling is nil where all hosts are done at once.
	Rolling *Rolling
	Tasks   []tasks.NamedTask
	Gates   []tasks.NamedTask // asked after a host was changed
}

// After says what a host waits for before it starts a play.
type After string

// AfterDeployment says that the hosts of the same deployments are enough. Without it, a
// play waits for the play before it on every host.
const AfterDeployment After = "deployment"

// EmbeddedNames lists the embedded playbooks.
func EmbeddedNames() (names []string) {
	files, _ := fs.Glob(embedded, "*.yaml")
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f, ".yaml"))
	}
	return names
}

// Source returns the text of an embedded playbook.
func Source(name string) ([]byte, error) {
	data, err := embedded.ReadFile(name + ".yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no playbook %s%s; there are %s, and files of your own end in .yaml", name,
			nearest.Hint(name, EmbeddedNames()), strings.Join(EmbeddedNames(), ", "))
	}
	return data, err
}

// About says in a few words what an embedded playbook does: how the comment at its top begins.
func About(name string) string {
	data, _ := Source(name)
	var words []string
	for line := range strings.Lines(string(data)) {
		text, comment := strings.CutPrefix(line, "#")
		if !comment {
			break
		}
		words = append(words, strings.Fields(text)...)
	}
	for i, word := range words {
		if last := len(word) - 1; strings.ContainsRune(".:;", rune(word[last])) {
			words[i] = word[:last]
			return strings.Join(words[:i+1], " ")
		}
	}
	return strings.Join(words, " ")
}

// Embedded returns an embedded playbook.
func Embedded(name string) (*Playbook, error) {
	data, err := Source(name)
	if err != nil {
		return nil, err
	}
	return Parse(name+".yaml", data, nil)
}

// Parse reads a playbook. Files returns a file beside it; nil: there are none. Errors name
// the file, line and column, and come all at once.
func Parse(file string, data []byte, files func(name string) ([]byte, error)) (*Playbook, error) {
	p := &parser{file: file, files: files, sum: sha256.New()}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, inventory.SyntaxError(file, data, err)
	}
	p.sum.Write(data)
	book := &Playbook{Name: strings.TrimSuffix(file, ".yaml")}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s: a playbook is a list of plays, each with name, hosts and tasks", file)
	}
	for _, n := range doc.Content[0].Content {
		book.Plays = append(book.Plays, p.play(n))
	}
	book.Digest = hex.EncodeToString(p.sum.Sum(nil))
	if len(p.errs) > 0 {
		return book, p.errs
	}
	return book, nil
}

type parser struct {
	file  string
	files func(string) ([]byte, error)
	sum   hash.Hash // of all that was read
	errs  inventory.Errors
}

func (p *parser) errorf(n *yaml.Node, format string, args ...any) {
	at := inventory.Pos{File: p.file, Line: n.Line, Col: n.Column}
	p.errs = append(p.errs, inventory.Error{Pos: at, Msg: fmt.Sprintf(format, args...)})
}

func (p *parser) play(n *yaml.Node) (play Play) {
	before := len(p.errs)
	p.mapping(n, "a play", map[string]func(*yaml.Node){
		"name":  func(v *yaml.Node) { play.Name = v.Value },
		"hosts": func(v *yaml.Node) { play.Hosts = v.Value },
		"after": func(v *yaml.Node) { play.After = After(p.oneOf(v, "after", string(AfterDeployment))) },
		"tags":  func(v *yaml.Node) { play.Tags = p.words(v, "tags") },
		"temporary": func(v *yaml.Node) {
			if v.Decode(&play.Temporary) != nil {
				p.errorf(v, "temporary is true or false")
			}
		},
		"rolling": func(v *yaml.Node) { play.Rolling = p.rolling(v) },
		"tasks":   func(v *yaml.Node) { play.Tasks = p.tasks(v) },
		"gates":   func(v *yaml.Node) { play.Gates = p.gates(v) },
	})
	if n.Kind != yaml.MappingNode || len(p.errs) > before {
		return play // what could not be read is not missing
	}
	if play.Hosts == "" {
		p.errorf(n, "the play has no hosts")
	}
	switch {
	case len(play.Tasks) == 0:
		p.errorf(n, "the play has no tasks")
	case !slices.ContainsFunc(play.Tasks, func(t tasks.NamedTask) bool { return !onlyAsks(t.Task) }):
		p.errorf(n, "no task of the play changes a host, so its checks never run: say always: true to run them in each run")
	}
	return play
}

func (p *parser) tasks(n *yaml.Node) (list []tasks.NamedTask) {
	if n.Kind != yaml.SequenceNode {
		p.errorf(n, "tasks is a list")
		return nil
	}
	for _, v := range n.Content {
		if t, ok := p.task(v); ok {
			list = append(list, t)
		}
	}
	return list
}

// gates reads what has to hold on a host in the end: each has the arguments of odoo.gate.
func (p *parser) gates(n *yaml.Node) (list []tasks.NamedTask) {
	if n.Kind != yaml.SequenceNode {
		p.errorf(n, "gates is a list such as [{http: /web/health, within: 90s}]")
		return nil
	}
	for _, v := range n.Content {
		g := &odoo.Gate{}
		if !p.strict(v, g) {
			continue
		}
		if err := g.Validate(); err != nil {
			p.errorf(v, "%s", err)
			continue
		}
		list = append(list, tasks.NamedTask{Name: "gate", Task: g})
	}
	return list
}

// Stages says which hosts get which tasks in which order. Limit is a pattern of hosts;
// "" = all. Tags, comma-separated, select the tasks of these names; see Play.has.
func (b *Playbook) Stages(inv *inventory.Inventory, limit, tags string) (list []tasks.Stage, err error) {
	chosen, err := b.tagged(tags)
	if err != nil {
		return nil, err
	}
	allowed := map[*inventory.Host]bool{}
	if limit == "" {
		limit = "all"
	}
	hosts, err := inv.Match(limit)
	if err != nil {
		return nil, err
	}
	for _, h := range hosts {
		allowed[h] = true
	}
	for _, play := range b.Plays {
		hosts, err := inv.Match(play.Hosts)
		if err != nil {
			return nil, fmt.Errorf("play %s: %w", play.Name, err)
		}
		s := tasks.Stage{Name: play.Name, Tasks: chosen(play)}
		if len(s.Tasks) > 0 {
			s.Tasks = append(slices.Clip(s.Tasks), play.Gates...)
		}
		for _, h := range hosts {
			if allowed[h] && len(s.Tasks) > 0 {
				s.Hosts = append(s.Hosts, h)
			}
		}
		list = append(list, s)
	}
	return list, nil
}
