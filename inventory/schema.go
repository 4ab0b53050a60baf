package inventory

import (
	"cmp"
	"net/netip"
	"reflect"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Schema returns the JSON Schema (draft 2020-12) of an inventory, made from the types that it
// is read into. Describe says what a key means; section is the heading of its table in
// docs/inventory.md.
func Schema(describe func(section, key string) string) map[string]any {
	s := &schema{describe: describe, defs: map[string]any{}}
	root := s.structure(reflect.TypeFor[document](), "The top level")
	keys := root["properties"].(map[string]any)
	set := func(key string, value map[string]any) { keys[key] = s.described("The top level", key, value) }
	host := anyOf(s.of(reflect.TypeFor[Host](), "hosts.NAME"), map[string]any{"type": "null"})
	hosts := mappingOf(host)
	command := anyOf(host, someText())
	command["description"] = "a program of this machine and its arguments, which prints more hosts as YAML or JSON"
	hosts["properties"] = map[string]any{"command": command}
	set("ssh", s.of(reflect.TypeFor[SSH](), "ssh"))
	set("sudo", map[string]any{"type": "boolean"})
	set("hosts", hosts)
	set("groups", mappingOf(s.of(reflect.TypeFor[Group](), "groups.NAME")))
	set("deployments", mappingOf(s.of(reflect.TypeFor[Deployment](), "deployments.NAME")))
	root["patternProperties"] = map[string]any{"^x-": true}
	root["$defs"] = s.defs
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "odooctl inventory"
	return root
}

type schema struct {
	describe func(section, key string) string
	defs     map[string]any // of the structs, by their names
}

// requiredKeys are those that a section has to have.
var requiredKeys = map[string][]string{
	"Group": {"hosts"}, "Odoo": {"hosts"}, "PostgreSQL": {"host"}, "Nginx": {"hosts", "server_name"}, "ACME": {"email"},
	"Notice": {"url"},
}

// words are the values of keys that are one of some words.
var words = map[string][]any{
	"SSH.transport":     {TransportNative, TransportOpenSSH, TransportLocal},
	"PostgreSQL.access": {AccessNetwork, AccessTunnel, AccessLocal},
	"Odoo.mode":         {ModeMultiprocess, ModeThreaded, ModeWSGI},
	"Odoo.chat":         {ChatGevent, ChatThreaded},
	"DataMount.type":    {MountNFS, MountSSHFS},
	"TLS.profile":       {ProfileIntermediate, ProfileModern},
	"Nginx.redirect":    {301, 308},
	"Notice.on":         {OnChanged, OnFailed, OnAlways},
}

func anyOf(list ...map[string]any) map[string]any { return map[string]any{"anyOf": list} }

// text is what decoder.text takes: numbers too.
func text() map[string]any { return map[string]any{"type": []string{"string", "number"}} }

func matching(pattern string) map[string]any {
	t := text()
	t["pattern"] = pattern
	return t
}

// listOf is a list, or its only item.
func listOf(item map[string]any) map[string]any {
	return anyOf(item, map[string]any{"type": "array", "items": item})
}

func someText() map[string]any { return listOf(text()) }

func mappingOf(value map[string]any) map[string]any {
	return map[string]any{"type": "object", "additionalProperties": value}
}

// of is the schema of a type; section is where its keys are described.
func (s *schema) of(t reflect.Type, section string) map[string]any {
	secret := func() map[string]any {
		form := s.structure(reflect.TypeFor[secretForm](), "Secrets")
		form["minProperties"], form["maxProperties"] = 1, 1
		s.defs["Secret"] = anyOf(text(), form)
		return map[string]any{"$ref": "#/$defs/Secret"}
	}
	scalar := map[string]any{"type": []string{"string", "number", "boolean"}}
	switch t {
	case reflect.TypeFor[Secret](), reflect.TypeFor[Key]():
		return secret()
	case reflect.TypeFor[*Host](), reflect.TypeFor[File](), reflect.TypeFor[LocalFile](), reflect.TypeFor[LocalFolder]():
		return text()
	case reflect.TypeFor[[]*Host](), reflect.TypeFor[[]netip.Prefix](), reflect.TypeFor[[]string]():
		return someText()
	case reflect.TypeFor[Size]():
		return matching(`^[1-9][0-9]*([kKmMgGtT]?([iI]?[bB])?)?$`)
	case reflect.TypeFor[time.Duration]():
		return matching(`^\+?([0-9]*\.?[0-9]+(ns|us|µs|ms|s|m|h))+$`)
	case reflect.TypeFor[Reach]():
		return anyOf(map[string]any{"type": "boolean"}, someText())
	case reflect.TypeFor[Rolling]():
		return anyOf(map[string]any{"const": rollingOff}, s.structure(t, section))
	case reflect.TypeFor[[]Option]():
		return mappingOf(anyOf(scalar, secret()))
	case reflect.TypeFor[Locations]():
		return mappingOf(someText())
	case reflect.TypeFor[Sections]():
		return mappingOf(mappingOf(anyOf(scalar, secret())))
	case reflect.TypeFor[AddonsList](), reflect.TypeFor[Notices]():
		return map[string]any{"type": "array", "items": s.of(t.Elem(), section)}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem(), section)
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Struct:
		if s.defs[t.Name()] == nil {
			s.defs[t.Name()] = map[string]any{} // it may be inside itself
			s.defs[t.Name()] = s.structure(t, section)
		}
		return map[string]any{"$ref": "#/$defs/" + t.Name()}
	}
	return text()
}

// structure is the schema of a mapping that is read into a struct.
func (s *schema) structure(t reflect.Type, section string) map[string]any {
	keys := map[string]any{}
	for i := range t.NumField() {
		f := t.Field(i)
		key := f.Tag.Get("yaml")
		if key == "" || key == "-" || f.Type == reflect.TypeFor[*yaml.Node]() {
			continue
		}
		below := strings.TrimPrefix(section+"."+key, "The top level.")
		if f.Type == reflect.TypeFor[SSH]() {
			below = "ssh"
		}
		value := s.of(f.Type, below)
		if some := words[t.Name()+"."+key]; some != nil {
			value = map[string]any{"enum": some}
		}
		keys[key] = s.described(section, key, value)
	}
	whole := map[string]any{"type": "object", "properties": keys, "additionalProperties": false}
	if list := requiredKeys[t.Name()]; list != nil {
		whole["required"] = list
	}
	return whole
}

// described adds what the reference says of a key.
func (s *schema) described(section, key string, value map[string]any) map[string]any {
	said := cmp.Or(s.describe(section, key), s.describe(section, section+"."+key))
	if said == "" {
		return value
	}
	with := map[string]any{"description": said}
	for k, v := range value {
		with[k] = v
	}
	return with
}
