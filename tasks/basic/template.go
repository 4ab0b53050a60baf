package basic

import (
	"errors"
	"fmt"
	"strings"
	"text/template"

	"odooctl/inventory"
	"odooctl/tasks"
)

func init() {
	tasks.Register("template", "a file made of a template beside the playbook",
		func() tasks.Task { return &Template{} })
}

// Template manages one file whose content is rendered for each host by Go's
// text/template: `template: {path: /etc/hosts.odoo, source: hosts.tmpl}`. {{.Name}} and
// {{.Address}} are the host's own, and {{range hosts "odoo"}} iterates over the hosts
// that match a pattern.
type Template struct {
	Path    string `yaml:"path"`
	Source  string `yaml:"source"` // a file beside the playbook
	Owner   string `yaml:"owner"`
	Group   string `yaml:"group"`
	Mode    string `yaml:"mode"` // octal, quoted: "0644"
	Check   string `yaml:"check"`
	Reload  string `yaml:"reload"`
	Restart string `yaml:"restart"`

	mode uint32
	text string
}

// Validate checks the arguments of the playbook.
func (t *Template) Validate() (err error) {
	if err := checkPath("template", t.Path); err != nil {
		return err
	}
	if t.Source == "" {
		return errors.New("template: source is missing: the file beside the playbook that is filled in")
	}
	if t.mode, err = parseMode("template", t.Mode); err != nil {
		return err
	}
	return t.effect().validate("template")
}

func (t *Template) effect() Effect { return Effect{t.Check, t.Reload, t.Restart} }

// Load reads the template, and refuses an invalid one.
func (t *Template) Load(read func(string) ([]byte, error)) error {
	data, err := read(t.Source)
	if err != nil {
		return err
	}
	t.text = string(data)
	_, err = t.parse(nil)
	return err
}

func (t *Template) parse(hosts func(string) ([]*inventory.Host, error)) (*template.Template, error) {
	return template.New(t.Source).Option("missingkey=error").Funcs(template.FuncMap{"hosts": hosts}).Parse(t.text)
}

// Plan implements tasks.Task.
func (t *Template) Plan(h *tasks.Host) error {
	parsed, err := t.parse(h.Inventory.Match)
	if err != nil {
		return fmt.Errorf("template: %w", err)
	}
	var text strings.Builder
	if err := parsed.Execute(&text, h.Host); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	file := h.File(t.Path)
	was := file.State()
	own(file.SetText(text.String()), t.Owner, t.Group, t.mode)
	if file.State() != was {
		t.effect().ask(h, t.Path+" changed")
	}
	return nil
}
