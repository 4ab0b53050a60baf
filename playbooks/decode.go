package playbooks

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"odooctl/inventory/nearest"
	"odooctl/tasks"
)

// validator is a task that checks its own arguments.
type validator interface{ Validate() error }

// onlyAsks reports whether a task does nothing unless another one changes the host.
func onlyAsks(t tasks.Task) bool {
	a, ok := t.(interface{ OnlyAsks() bool })
	return ok && a.OnlyAsks()
}

// loader is a task that takes files that are beside the playbook.
type loader interface {
	Load(read func(name string) ([]byte, error)) error
}

// read returns a file that a task of the playbook names. Its content is part of the
// playbook's digest.
func (p *parser) read(name string) ([]byte, error) {
	if p.files == nil {
		return nil, errors.New("a playbook that comes with the program has no files beside it")
	}
	data, err := p.files(name)
	if err == nil {
		fmt.Fprintf(p.sum, "%s %d\n%s", name, len(data), data)
	}
	return data, err
}

// task reads one entry of a play's tasks: a name, or a name with arguments.
func (p *parser) task(n *yaml.Node) (named tasks.NamedTask, ok bool) {
	name, args := n, (*yaml.Node)(nil)
	if n.Kind == yaml.MappingNode && len(n.Content) == 2 {
		name, args = n.Content[0], n.Content[1]
	}
	if name.Kind != yaml.ScalarNode {
		p.errorf(n, "a task is a name, or a name with its arguments")
		return named, false
	}
	t, err := tasks.New(name.Value)
	if err != nil {
		p.errorf(name, "%s", err)
		return named, false
	}
	if args != nil && !p.strict(args, t) {
		return named, false
	}
	if v, ok := t.(validator); ok {
		if err := v.Validate(); err != nil {
			p.errorf(n, "%s", err)
			return named, false
		}
	}
	if l, ok := t.(loader); ok {
		if err := l.Load(p.read); err != nil {
			p.errorf(n, "%s: %s", name.Value, err)
			return named, false
		}
	}
	return tasks.NamedTask{Name: name.Value, Task: t}, true
}

// strict fills a task from a mapping. The YAML library ignores unknown keys here, so they
// are looked for first.
func (p *parser) strict(n *yaml.Node, t tasks.Task) bool {
	if n.Kind != yaml.MappingNode {
		p.errorf(n, "the arguments of a task are a mapping")
		return false
	}
	names := Arguments(t)
	good := true
	for i := 0; i < len(n.Content); i += 2 {
		if k := n.Content[i]; !slices.Contains(names, k.Value) {
			p.errorf(k, "unknown argument %s%s; there are %s", k.Value, nearest.Hint(k.Value, names), strings.Join(names, ", "))
			good = false
		}
	}
	if good {
		if err := n.Decode(t); err != nil {
			p.errorf(n, "%s", strings.TrimPrefix(err.Error(), "yaml: unmarshal errors:\n  "))
			good = false
		}
	}
	return good
}

// Arguments lists the arguments that a task takes in a playbook, in order.
func Arguments(t tasks.Task) []string {
	return slices.Sorted(fields(reflect.TypeOf(t).Elem()))
}

// fields returns the YAML names of a struct's fields.
func fields(t reflect.Type) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := range t.NumField() {
			name, option, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
			if option == "inline" {
				for name := range fields(t.Field(i).Type) {
					if !yield(name) {
						return
					}
				}
			}
			if name != "" && name != "-" && !yield(name) {
				return
			}
		}
	}
}
