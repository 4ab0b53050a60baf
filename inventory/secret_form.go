package inventory

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
)

// secretForm is how the file says where a secret is: exactly one of these.
type secretForm struct {
	Env     string   `yaml:"env"`
	File    string   `yaml:"file"`
	Command []string `yaml:"command"`
	Secret  string   `yaml:"secret"`
}

func (s *Secret) decodeYAML(d *decoder, n *yaml.Node) bool {
	if n.Kind == yaml.ScalarNode {
		return s.decodePlain(d, n)
	}
	var form secretForm
	before := len(d.errs.list)
	if !d.structure(n, reflect.ValueOf(&form).Elem()) || len(d.errs.list) > before {
		return false
	}
	at := d.pos(n)
	forms := 0
	for _, given := range []bool{d.given(&form.Env), d.given(&form.File), d.given(&form.Command), d.given(&form.Secret)} {
		if given {
			forms++
		}
	}
	switch {
	case forms != 1:
		return d.errorf(n, "%s wants one of {env: NAME}, {file: PATH}, {command: [PROGRAM, ...]} or {secret: NAME}", d.key())
	case form.Env != "":
		*s = d.envSecret(form.Env)
	case form.File != "":
		*s = d.fileSecret(form.File, at)
	case len(form.Command) == 1 && strings.Contains(form.Command[0], " "):
		return d.errorf(n, "command is one string: write the program and its arguments as a list, [pass, show, odoo]")
	case len(form.Command) > 0 && form.Command[0] != "":
		*s = d.commandSecret(form.Command, at)
	case form.Secret != "":
		if err := checkSecretName(form.Secret); err != nil {
			return d.errorf(n, "%v", err)
		}
		d.wants(wanted{at: at, what: "the file of secrets (odooctl secret set makes it)"})
		*s = d.storedSecret(form.Secret)
	default:
		return d.errorf(n, "%s does not say where its value is", d.key())
	}
	s.Pos = at
	return true
}

func (s *Secret) decodePlain(d *decoder, n *yaml.Node) bool {
	var text string
	switch {
	case strings.ContainsFunc(n.Value, isUnprintable): // before text, which would show the value
		return d.errorf(n, "%s holds a line break or control character", d.key())
	case !d.text(n, &text):
		return false
	case text == "":
		return d.errorf(n, "%s is empty: leave it out, or give a value", d.key())
	}
	*s = d.lazySecret("plain text", func() (string, error) { return text, nil })
	s.from.plain = true
	s.Pos = d.pos(n)
	d.warns.add(s.Pos, "%s is plain text: keep it as {secret: NAME} (odooctl secret), {env: NAME}, {file: PATH} or "+
		"{command: [...]}", d.key())
	return true
}

func (d *decoder) envSecret(name string) Secret {
	env := d.opts.Env
	return d.lazySecret("env "+name, func() (string, error) {
		value := env(name)
		if value == "" {
			return "", fmt.Errorf("the environment variable %s is not set", name)
		}
		return value, nil
	})
}

func (d *decoder) fileSecret(name string, at Pos) Secret {
	read, file := d.opts.ReadFile, d.absolute(at, name)
	d.wantsFile(at, file, "the file")
	return d.lazySecret("file "+name, func() (string, error) {
		data, err := read(file)
		return string(data), err
	})
}

func (d *decoder) commandSecret(argv []string, at Pos) Secret {
	command := d.opts.Command
	shown := "command " + argv[0]
	if strings.Contains(argv[0], "/") && !filepath.IsAbs(argv[0]) {
		argv = append([]string{filepath.Join(d.dirOf(at), argv[0])}, argv[1:]...)
	}
	if filepath.IsAbs(argv[0]) {
		d.wantsFile(at, argv[0], "the program")
	}
	return d.lazySecret(shown, func() (string, error) {
		ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
		defer cancel()
		out, err := command(ctx, argv)
		return string(out), err
	})
}

func (d *decoder) storedSecret(name string) Secret {
	open := d.secrets
	return d.lazySecret("secret "+name, func() (string, error) {
		secrets, err := open()
		if err != nil {
			return "", err
		}
		return secrets.Get(name)
	})
}
