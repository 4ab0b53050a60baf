package playbooks

import (
	"reflect"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo"
)

// Schema returns the JSON Schema (draft 2020-12) of a playbook. What tasks take is made from
// their types. Describe says what a key means; section is the heading of its table in
// docs/playbooks.md.
func Schema(describe func(section, key string) string) map[string]any {
	described := func(section string, keys map[string]any) map[string]any {
		for key, value := range keys {
			if said := describe(section, key); said != "" {
				with := map[string]any{"description": said}
				for k, v := range value.(map[string]any) {
					with[k] = v
				}
				keys[key] = with
			}
		}
		return closed(keys)
	}
	count := map[string]any{"type": []string{"integer", "string"}}
	rolling := described("Rolling", map[string]any{
		"serving": boolean(), "batches": anyOf(count, arrayOf(count)), "order": oneOf("inventory", "reverse"),
		"pause": scalar(), "drain": anyOf(boolean(), scalar()), "max_failures": count, "bake": scalar(),
		"max_5xx": scalar(), "on_failure": oneOf("stop", "rollback", "rollback-run"),
	})
	play := described("A play", map[string]any{
		"name": scalar(), "hosts": scalar(), "after": oneOf(string(AfterDeployment)),
		"tags":      anyOf(scalar(), arrayOf(scalar())),
		"temporary": boolean(), "rolling": rolling, "gates": arrayOf(argumentsOf(&odoo.Gate{})), "tasks": arrayOf(anyTask()),
	})
	play["required"] = []string{"hosts", "tasks"}
	return map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "odooctl playbook",
		"type": "array", "items": play,
	}
}

// anyTask is a name, or a name with arguments.
func anyTask() map[string]any {
	names, help := tasks.Names()
	var plain []any
	with := map[string]any{}
	for _, name := range names {
		plain = append(plain, map[string]any{"const": name, "description": help[name]})
		if t, err := tasks.New(name); err == nil {
			with[name] = argumentsOf(t)
			with[name].(map[string]any)["description"] = help[name]
		}
	}
	one := closed(with)
	one["minProperties"], one["maxProperties"] = 1, 1
	return anyOf(map[string]any{"anyOf": plain}, one)
}

// argumentsOf is what a task takes, by the types of its fields.
func argumentsOf(t tasks.Task) map[string]any { return structure(reflect.TypeOf(t).Elem()) }

func structure(t reflect.Type) map[string]any {
	keys := map[string]any{}
	for i := range t.NumField() {
		name, option, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		switch {
		case option == "inline":
			for key, value := range structure(t.Field(i).Type)["properties"].(map[string]any) {
				keys[key] = value
			}
		case name != "" && name != "-":
			keys[name] = valueOf(t.Field(i).Type)
		}
	}
	return closed(keys)
}

// valueOf is what the YAML library takes for a type.
func valueOf(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return scalar()
	case reflect.TypeFor[inventory.Reference]():
		return anyOf(scalar(), map[string]any{"type": "object"})
	}
	if _, own := reflect.New(t).Interface().(yaml.Unmarshaler); own {
		return anyOf(scalar(), arrayOf(scalar())) // as Words of package basic
	}
	switch t.Kind() {
	case reflect.Pointer:
		return valueOf(t.Elem())
	case reflect.Bool:
		return boolean()
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.String:
		return scalar()
	case reflect.Slice:
		return arrayOf(valueOf(t.Elem()))
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": valueOf(t.Elem())}
	case reflect.Struct:
		return structure(t)
	}
	return map[string]any{}
}

func anyOf(list ...map[string]any) map[string]any { return map[string]any{"anyOf": list} }

func arrayOf(item map[string]any) map[string]any {
	return map[string]any{"type": "array", "items": item}
}

func oneOf(words ...string) map[string]any { return map[string]any{"enum": words} }

func boolean() map[string]any { return map[string]any{"type": "boolean"} }

func scalar() map[string]any { return map[string]any{"type": []string{"string", "number", "boolean"}} }

func closed(keys map[string]any) map[string]any {
	return map[string]any{"type": "object", "properties": keys, "additionalProperties": false}
}
