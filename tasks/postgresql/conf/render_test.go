package conf

import (
	"errors"
	"strings"
	"testing"
)

func TestRender(t *testing.T) {
	got, err := Render([]Setting{
		{"listen_addresses", "localhost,192.168.1.2"}, {"port", "5432"}, {"shared_buffers", "256MB"},
		{"work_mem", "1.5GB"}, {"checkpoint_completion_target", "0.9"},
		{"ssl", "on"}, {"password_encryption", "scram-sha-256"}, {"log_line_prefix", "%m [%p] it's \\ "},
		{"auto_explain.log_min_duration", "-1"}, {"shared_preload_libraries", ""},
	})
	want := Header + `
listen_addresses = 'localhost,192.168.1.2'
port = 5432
shared_buffers = 256MB
work_mem = '1.5GB'
checkpoint_completion_target = 0.9
ssl = on
password_encryption = 'scram-sha-256'
log_line_prefix = '%m [%p] it''s \\ '
auto_explain.log_min_duration = -1
shared_preload_libraries = ''
`
	if err != nil || got != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}

func TestRenderErrors(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"", "1", "not a name"}, {"a b", "1", "not a name"}, {"a.b.c", "1", "not a name"}, {"a-b", "1", "not a name"},
		{"port = 1\nssl", "1", "not a name"}, {"#a", "1", "not a name"},
		{"include_dir", "x", "directive"}, {"INCLUDE", "x", "directive"}, {"PORT", "1", "twice"},
		{"a", "b\nssl = off", "line end"}, {"a", "b\x00", "control"}, {"a", "\xff", "UTF-8"},
	} {
		text, err := Render([]Setting{{"port", "1"}, {test.name, test.value}})
		var fault *SettingError
		if text != "" || !errors.As(err, &fault) || fault.Index != 1 || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q = %q: %v, want %q", test.name, test.value, err, test.want)
		}
	}
	if _, err := Render([]Setting{{"-", ""}, {"+", ""}}); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("not all errors at once: %v", err)
	}
}

// FuzzRender asserts that what is written is read back.
func FuzzRender(f *testing.F) {
	for _, value := range []string{"", "on", "256MB", "it's", `\`, `\'`, "''", "0x1F", "1.", "#", "a\tb", "é"} {
		f.Add("work_mem", value)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		text, err := Render([]Setting{{name, value}, {"zz_last", "1"}})
		if err != nil {
			return
		}
		file := Parse(text)
		entry, ok := file.Lookup(name)
		if !ok || entry.Value != value || entry.Line != 2 || len(file.Entries) != 2 ||
			len(file.Includes)+len(file.Errors) > 0 {
			t.Fatalf("%q = %q is read as %+v, %v", name, value, file.Entries, file.Errors)
		}
	})
}
