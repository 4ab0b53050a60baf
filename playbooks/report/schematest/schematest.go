// Package schematest compares documents with their JSON Schemas, for tests.
package schematest

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Valid fails the test where a document is not as its schema says.
func Valid(t testing.TB, schema []byte, document any) {
	t.Helper()
	data, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	if err := Validate(t, schema, data); err != nil {
		t.Errorf("%v\n%s", err, data)
	}
}

// Validate returns what a document of JSON has that its schema does not allow; nil:
// nothing. It fails the test where one of them cannot be read.
func Validate(t testing.TB, schema, document []byte) error {
	t.Helper()
	read := func(text []byte) any {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("document", read(schema)); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("document")
	if err != nil {
		t.Fatal(err)
	}
	return compiled.Validate(read(document))
}
