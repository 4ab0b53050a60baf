package conf

import (
	"fmt"
	"strings"
	"testing"

	"odooctl/tasks/odoo/version"
)

// public shows Odoo's own options that are no secret, and what seems to be given.
func public(section, name, value string) bool {
	o, known := Lookup(name)
	return (section == "options" || section == "DEFAULT") && known && !o.Secret || name == "running_env" &&
		value == "prod"
}

func stars(string) string { return "***" }

func TestMask(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"[options]\nworkers = 3\nadmin_passwd = pw\n", "[options]\nworkers = 3\nadmin_passwd = ***\n"},
		{"[options]\nADMIN_PASSWD: pw\r\nWorkers=3\r", "[options]\nADMIN_PASSWD: ***\r\nWorkers=3\r"},
		{"[options]\ndb_password = one\n  two\n\n  # three\n  four = 4\nworkers = 3",
			"[options]\ndb_password = ***\n  ***\n\n  ***\n  ***\nworkers = 3"},
		{"[options]\nworkers = 3\n  admin_passwd = indented by a slip\n", "[options]\nworkers = 3\n  ***\n"},
		{"[options]\naws_key = k\nsmtp_pass = p\nrunning_env = prod\n",
			"[options]\naws_key = ***\nsmtp_pass = ***\nrunning_env = prod\n"},
		{"[options]\nrunning_env = test\n[queue_job]\nworkers = 3\n",
			"[options]\nrunning_env = ***\n[queue_job]\nworkers = ***\n"},
		{"; admin_passwd = admin\n;;workers=3\n# a note: x\n" + Header + "\n; HTTP\n;HTTP\n",
			"; admin_passwd = ***\n;;workers=3\n***\n" + Header + "\n; HTTP\n***\n"},
		{"workers = 3\n[options] pw\nnonsense\n= x\nc2VjcmV0Cg==\nTWFu=\n",
			"***\n[options]***\n***\n***\n***=***\n***=\n"},
		{"[my secret]\n[hub.acme]\n[]\n", "[***]\n[hub.acme]\n***\n"},
		{"\ufeff[options]\nworkers = 3\n", "***\n***\n"},
		{"[options]\nlogfile\u00a0=\u00a0/x y\n", "[options]\nlogfile\u00a0=\u00a0/x y\n"},
		{"", ""}, {"\n\n", "\n\n"},
	} {
		if got := Mask(test.text, public, stars); got != test.want {
			t.Errorf("%q\n got %q\nwant %q", test.text, got, test.want)
		}
	}
	for major := version.First; major <= version.Last; major++ {
		text, err := Render(major, sample)
		if got := Mask(text, public, stars); err != nil || got != strings.Replace(text, "p=a:s#s;w%d$", "***", 1) {
			t.Errorf("%d: of our own file more than the password is hidden: %v\n%s", major, err, got)
		}
	}
}

// leaks returns a hidden value that is in a masked text all the same.
func leaks(entries []Entry, masked string) string {
	var open strings.Builder // all that is shown
	fmt.Fprintln(&open, strings.Join(ours, "\n"), "***")
	for _, e := range entries {
		fmt.Fprintln(&open, e.Section, e.Name)
		if first, _, _ := strings.Cut(e.Value, "\n"); public(e.Section, e.Name, first) {
			fmt.Fprintln(&open, first)
		}
	}
	for _, e := range entries {
		for i, value := range strings.Split(e.Value, "\n") {
			if i == 0 && public(e.Section, e.Name, value) || len(value) < 4 ||
				strings.Contains(strings.ToLower(open.String()), strings.ToLower(value)) ||
				strings.ContainsAny(value, "=:[] ") {
				continue
			}
			if strings.Contains(masked, value) {
				return value
			}
		}
	}
	return ""
}

func FuzzMask(f *testing.F) {
	for _, test := range corpus {
		f.Add(test.text)
	}
	f.Add("[options]\nadmin_passwd = hunter2\n  hunter3\n; hunter4\n[x]\ny: hunter5\n[options]\nfoo\n")
	f.Fuzz(func(t *testing.T, text string) {
		masked := Mask(text, public, stars)
		if again := Mask(masked, public, stars); strings.Count(again, "\n") != strings.Count(text, "\n") ||
			strings.Count(masked, "\n") != strings.Count(text, "\n") {
			t.Fatalf("lines are lost: %q %q", text, masked)
		}
		file, err := Parse(text)
		if err != nil {
			return
		}
		if value := leaks(file.Entries, masked); value != "" {
			t.Fatalf("%q is shown:\n%q\n%q", value, text, masked)
		}
	})
}
