package playbooks

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

// TestBasic plans playbooks as users write them.
func TestBasic(t *testing.T) {
	names, err := filepath.Glob("testdata/basic_*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no test data")
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{}
		for _, f := range a.Files {
			files[f.Name] = f.Data
		}
		book, err := Parse("playbook.yaml", files["playbook.yaml"], func(name string) ([]byte, error) {
			if data, ok := files["playbook/"+name]; ok {
				return data, nil
			}
			return nil, fmt.Errorf("there is no file %s", name)
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		tasktest.Run(t, name, func(inv *inventory.Inventory, limit string) ([]tasks.Stage, error) {
			return book.Stages(inv, limit, "")
		})
	}
}

// TestBasicRefused gives the generic tasks what they must refuse.
func TestBasicRefused(t *testing.T) {
	t.Parallel()
	for task, want := range map[string]string{
		"file: {path: etc/motd}":                                         `file: path "etc/motd" is not a plain absolute path`,
		"file: {path: /etc/motd, content: a, source: b}":                 "content and source exclude each other",
		"file: {path: /etc/motd, source: none}":                          "file: there are no files",
		"file: {path: /etc/motd, mode: \"9\"}":                           `mode "9" is not octal`,
		"file: {path: /a, reload: a.service, restart: b.service}":        "exclude each other",
		"file: {path: /a, check: sshd -t}":                               "check needs reload or restart",
		"file: {path: /a, absent: true, content: b}":                     "absent goes without",
		"template: {path: /etc/x}":                                       "source is missing",
		"directory: {path: /}":                                           "not a plain absolute path",
		"directory: {path: /a/../b}":                                     "not a plain absolute path",
		"link: {path: /a}":                                               "want a target, or absent",
		"link: {path: /a, target: b, absent: true}":                      "want a target, or absent",
		"package: {names: [jq], file: jq.deb}":                           "names and file exclude each other",
		"package: {file: jq.rpm}":                                        "whose name ends in .deb",
		"package: {names: []}":                                           "names is missing",
		"user: {name: Odoo Admin}":                                       "not a user name",
		"user: {name: odoo, home: home}":                                 `user: path "home"`,
		"unit: {name: nginx}":                                            "not a unit name",
		"unit: {name: a.service, definition: a, drop_in: b}":             "exclude each other",
		"line: {path: /a}":                                               "line is missing",
		"line: {path: /a, line: \"a\\nb\"}":                              "want one line",
		"line: {path: /a, line: a, match: \"(\"}":                        "match: error parsing regexp",
		"line: {path: /a, line: a, match: b}":                            "again and again",
		"line: {path: /a, absent: true}":                                 "one of line and match",
		"sysctl: {settings: {}}":                                         "settings is missing",
		"sysctl: {settings: {swappiness: 1}}":                            "no setting",
		"sysctl: {name: ../x, settings: {vm.swappiness: 1}}":             "not a file name",
		"cron: {name: a.b, schedule: \"@daily\", run: x}":                "letters, digits",
		"cron: {name: a, schedule: daily, run: x}":                       "want five fields",
		"cron: {name: a, schedule: \"* * * * $\", run: x}":               "no field of crontab(5)",
		"cron: {name: a, schedule: \"@daily\", run: \"a\\nb\"}":          "one line of shell",
		"cron: {name: a, schedule: \"@daily\", run: x, user: \"a b\"}":   "not a user name",
		"cron: {name: a, absent: true, run: x}":                          "name alone",
		"command: {run: x}":                                              "command: it would run each time",
		"command: {always: true}":                                        "run is missing",
		"command: {run: [], always: true}":                               "run is missing",
		"command: {run: x, always: true, creates: /a}":                   "goes without",
		"command: {run: x, creates: a}":                                  `path "a"`,
		"command: {run: x, always: true, codes: [124]}":                  "from 0 to 123",
		"command: {run: x, always: true, user: A b}":                     "not a user name",
		"command: {run: x, always: true, environment: {a-b: c}}":         "not a variable name",
		"command: {run: x, always: true, input: {envv: A}}":              "unknown key envv",
		"command: {run: x, always: true, input: {env: A, file: b}}":      "wants one of",
		"command: {run: x, always: true, reload: a, restart: b}":         "exclude each other",
		"command: {run: x, always: true, within: -1s}":                   "above 0",
		"script: {always: true}":                                         "source is missing",
		"script: {source: none, always: true}":                           "script: there are no files",
		"git: {repository: a b, dest: /a/b, revision: v1}":               "want an address",
		"git: {repository: -x, dest: /a/b, revision: v1}":                "want an address",
		`git: {repository: "https://u:p@h/r", dest: /a/b, revision: a}`:  "no password",
		"git: {repository: r, dest: /a/b}":                               "want a commit or a tag",
		"git: {repository: r, dest: /a, revision: v1}":                   "below another one",
		"git: {repository: r, dest: /a/b, revision: v1, known_hosts: k}": "goes with key",
		"wait_for: {within: 3s}":                                         "one of port, path and unit",
		"wait_for: {port: 1, path: /a}":                                  "one of port, path and unit",
		"wait_for: {port: 70000}":                                        "from 1 to 65535",
		"wait_for: {path: /a, address: b}":                               "with a port",
		"wait_for: {port: 1, line: a}":                                   "goes with path or unit",
		"wait_for: {unit: nginx}":                                        "not a unit name",
		"wait_for: {port: 80}":                                           "so its checks never run",
		"http: {url: /web}":                                              "want one such as https",
		`http: {url: "https://u:p@h/"}`:                                  "no name and password",
		`http: {url: "http://h/", insecure: true}`:                       "goes with https",
		`http: {url: "http://h/", status: [20]}`:                         "want one such as 200",
		`http: {url: "http://h/", send: {"a b": c}}`:                     "no header",
		`http: {url: "http://h:0/"}`:                                     "from 1 to 65535",
	} {
		wantParse(t, "- {hosts: all, tasks: [{"+task+"}]}", want)
	}
}

func wantParse(t *testing.T, book, want string) {
	t.Helper()
	_, err := Parse("p.yaml", []byte(book), func(string) ([]byte, error) { return nil, fmt.Errorf("there are no files") })
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %s", book, err, want)
	}
}
