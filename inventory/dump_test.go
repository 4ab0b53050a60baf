package inventory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
)

// dump returns the inventory as JSON: hosts by name where they are referred to, zero
// values and positions left out, secrets with their source.
func dump(t *testing.T, inv *Inventory) []byte {
	t.Helper()
	top := map[string]any{"hosts": each(inv.Hosts), "groups": each(inv.Groups), "deployments": each(inv.Deployments)}
	for k, v := range top {
		if len(v.([]any)) == 0 {
			delete(top, k)
		}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(top); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func each[T any](list []*T) []any {
	all := []any{}
	for _, v := range list {
		all = append(all, plainStruct(reflect.ValueOf(v).Elem()))
	}
	return all
}

func plain(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case Secret:
		return fmt.Sprintf("%v from %s", x, x.Source())
	case Key:
		return fmt.Sprintf("%v from %s", x, x.Source())
	case *Host:
		return x.Name
	case Option:
		return fmt.Sprintf("%s = %s (%v)", x.Name, x.Value.Text, x.Value.Kind)
	case fmt.Stringer:
		return x.String()
	}
	switch v.Kind() {
	case reflect.Pointer:
		return plain(v.Elem())
	case reflect.Struct:
		return plainStruct(v)
	case reflect.Slice:
		list := []any{}
		for i := range v.Len() {
			list = append(list, plain(v.Index(i)))
		}
		return list
	}
	return v.Interface()
}

func plainStruct(v reflect.Value) map[string]any {
	m := map[string]any{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Name == "Pos" || v.Field(i).IsZero() {
			continue
		}
		value := plain(v.Field(i))
		if section, ok := value.(map[string]any); ok && f.Type.Kind() == reflect.Struct && len(section) == 0 {
			continue // the file leaves it out; it has a position all the same
		}
		m[f.Name] = value
	}
	return m
}
