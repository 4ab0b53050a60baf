package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"gopkg.in/yaml.v3"

	"odooctl/inventory"
	"odooctl/inventory/nearest"
)

// configKeys are the keys of a user's configuration, and the flags that they stand for.
var configKeys = map[string]string{"ask": "", "inventory": "inventory", "color": "color", "forks": "forks",
	"log_file": "log-file"}

// setting is a value of the user's configuration.
type setting struct {
	pos  inventory.Pos
	text string
}

// configFile is where a user's configuration is, in what the XDG Base Directory Specification
// 0.8 calls the configuration directory.
func (u *ui) configFile() string {
	dir := u.env("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(u.home(), ".config")
	}
	return filepath.Join(dir, "odooctl", "config.yaml")
}

// config reads the user's configuration, once; without one it is empty.
func (u *ui) config() (map[string]setting, error) {
	u.configOnce.Do(func() {
		file := u.configFile()
		data, err := os.ReadFile(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			u.configErr = err
		default:
			u.settings, u.configErr = parseConfig(file, data, u.home())
			u.detailf("configuration: %s", file)
		}
	})
	return u.settings, u.configErr
}

// parseConfig reads a configuration. A path in it begins in the folder of the file, or with
// ~/ in the home folder.
func parseConfig(file string, data []byte, home string) (map[string]setting, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, fmt.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(document.Content) == 0 {
		return nil, nil
	}
	var errs inventory.Errors
	bad := func(n *yaml.Node, format string, args ...any) {
		errs = append(errs, inventory.Error{Pos: inventory.Pos{File: file, Line: n.Line, Col: n.Column},
			Msg: fmt.Sprintf(format, args...)})
	}
	root, settings := document.Content[0], map[string]setting{}
	if root.Kind != yaml.MappingNode {
		bad(root, "want keys and values, such as ask: always")
		return nil, errs
	}
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		_, known := configKeys[key.Value]
		_, twice := settings[key.Value]
		switch {
		case !known:
			keys := sorted(configKeys)
			bad(key, "unknown key %s%s; there are %s", key.Value, nearest.Hint(key.Value, keys), strings.Join(keys, ", "))
			continue
		case twice:
			bad(key, "%s is there twice", key.Value)
		case value.Kind != yaml.ScalarNode || value.Value == "":
			bad(value, "%s: want one value", key.Value)
		case key.Value == "ask" && value.Value != "always":
			bad(value, "ask is %q: want always, or leave it out", value.Value)
		}
		text := value.Value
		if rest, ok := strings.CutPrefix(text, "~/"); ok {
			text = filepath.Join(home, rest)
		} else if slices.Contains([]string{"inventory", "log_file"}, key.Value) && !filepath.IsAbs(text) {
			text = filepath.Join(filepath.Dir(file), text)
		}
		settings[key.Value] = setting{inventory.Pos{File: file, Line: value.Line, Col: value.Column}, text}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return settings, nil
}

// configured sets the flags of a verb that are left out as the user's configuration says.
func (u *ui) configured(c *cobra.Command) error {
	settings, err := u.config()
	if err != nil {
		return err
	}
	for _, key := range sorted(settings) {
		flag := c.Flags().Lookup(configKeys[key])
		if flag == nil || flag.Changed || key == "inventory" || key == "color" && u.env("NO_COLOR") != "" {
			continue
		}
		s := settings[key]
		if err := c.Flags().Set(flag.Name, s.text); err != nil {
			var value *pflag.InvalidValueError
			if errors.As(err, &value) {
				err = value.Unwrap()
			}
			return fmt.Errorf("%s: %s is %q: %w", s.pos, key, s.text, err)
		}
	}
	return nil
}
