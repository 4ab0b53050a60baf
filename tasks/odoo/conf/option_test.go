package conf

import (
	"slices"
	"strings"
	"testing"

	"odooctl/tasks/odoo/version"
)

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range names() {
		if seen[name] || refused[name] != "" || name != strings.ToLower(name) {
			t.Errorf("name %q is there twice, refused or not lower case", name)
		}
		seen[name] = true
	}
	group := map[Group]bool{}
	var last Group
	for _, o := range table {
		since, until := o.versions()
		if since < version.First || until > version.Last || since > until {
			t.Errorf("%s: versions %d to %d", o.Name, since, until)
		}
		if o.Group != last && group[o.Group] {
			t.Errorf("%s: group %s is torn apart", o.Name, o.Group)
		}
		last, group[o.Group] = o.Group, true
		if (o.Kind == Choice) != (o.Choices != nil) {
			t.Errorf("%s: choices %v", o.Name, o.Choices)
		}
		if !slices.IsSortedFunc(o.Earlier, func(a, b Earlier) int { return a.Until - b.Until }) ||
			!slices.IsSortedFunc(o.Default, func(a, b Default) int { return a.Since - b.Since }) {
			t.Errorf("%s: the history is not in order", o.Name)
		}
		for major := since; major <= until; major++ {
			value := o.DefaultIn(major)
			if value == "" || o.Name == "with_demo" {
				continue
			}
			if got, err := o.normalize(value, major); err != nil || got != value {
				t.Errorf("%s: its own default %q in %d: %q %v", o.Name, value, major, got, err)
			}
		}
	}
}

func TestOptions(t *testing.T) {
	for _, test := range []struct {
		major int
		name  string
		want  bool
	}{{10, "db_sslmode", false}, {11, "db_sslmode", true}, {12, "logrotate", true}, {13, "logrotate", false},
		{16, "db_maxconn_gevent", false}, {17, "db_maxconn_gevent", true}, {18, "db_app_name", false},
		{19, "db_app_name", true}, {10, "workers", true}} {
		got := slices.ContainsFunc(optionsIn(test.major), func(o Option) bool { return o.Name == test.name })
		if got != test.want {
			t.Errorf("%d has %s: %v", test.major, test.name, got)
		}
	}
	if o, ok := Lookup("longpolling_port"); !ok || o.Name != "gevent_port" || o.NameIn(15) != "longpolling_port" ||
		o.NameIn(16) != "gevent_port" {
		t.Errorf("longpolling_port is found as %+v", o)
	}
	if o, _ := Lookup("limit_request"); o.DefaultIn(15) != "8192" || o.DefaultIn(16) != "65536" {
		t.Errorf("limit_request has the defaults %v", o.Default)
	}
}

// optionsIn are the options that a major has.
func optionsIn(major int) []Option {
	return slices.DeleteFunc(slices.Clone(table), func(o Option) bool { return !o.In(major) })
}
