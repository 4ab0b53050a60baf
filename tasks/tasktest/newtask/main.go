// Command newtask writes the files of a new task into the tree it is called in:
//
//	make new-task NAME=motd
//
// The task compiles and its test passes; what it does is left to write. CONTRIBUTING.md
// tells the rest.
package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"go/format"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

var (
	//go:embed task.go.tmpl
	task string
	//go:embed task_test.go.tmpl
	test string
	//go:embed plan.txtar.tmpl
	plan string
)

// imports is the file that names every package of tasks.
const imports = "playbooks/tasks.go"

// named is what a package and a task may be called.
var named = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

func main() {
	if len(os.Args) != 2 {
		fail(errors.New("want one name: make new-task NAME=motd"))
	}
	name := os.Args[1]
	if err := create(".", name); err != nil {
		fail(err)
	}
	fmt.Printf(`tasks/%[1]s/%[1]s.go: the task; write what it does, in Plan
tasks/%[1]s/%[1]s_test.go: runs the test data
tasks/%[1]s/testdata/plan.txtar: a host as it was found, and its plan
%[2]s: imports the package, so that playbooks know the task

go test ./tasks/%[1]s -rewrite writes the plans again when Plan does something else: read them.
go test ./docs fails until docs/playbooks.md tells of the task. CONTRIBUTING.md has an example.
`, name, imports)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "new-task:", err)
	os.Exit(1)
}

// create writes the files of a task below root. It changes nothing where the name is
// taken or is none.
func create(root, name string) error {
	if !named.MatchString(name) || token.IsKeyword(name) {
		return fmt.Errorf("%q is not a package name: want lower-case letters and digits, such as motd", name)
	}
	sources, err := filepath.Glob(filepath.Join(root, "tasks/*/*.go"))
	if err != nil {
		return err
	}
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			return err
		}
		if bytes.Contains(text, []byte(`tasks.Register("`+name+`"`)) {
			return fmt.Errorf("%s registers a task %s already", source, name)
		}
	}
	old, err := os.ReadFile(filepath.Join(root, imports))
	if err != nil {
		return fmt.Errorf("this is not the root of odooctl: %w", err)
	}
	// The end of the imports; go/format puts the new line in its place among them.
	list, rest, found := strings.Cut(string(old), "\n)")
	list += fmt.Sprintf("\n\t_ \"odooctl/tasks/%s\"\n)", name)
	imported, err := format.Source([]byte(list + rest))
	if !found || err != nil {
		return fmt.Errorf("%s: no import (...) found (%v)", imports, err)
	}
	dir := filepath.Join(root, "tasks", name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return fmt.Errorf("there is a package of that name: %w", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "testdata"), 0o755); err != nil {
		return err
	}
	for file, text := range map[string]string{name + ".go": task, name + "_test.go": test, "testdata/plan.txtar": plan} {
		var out bytes.Buffer
		if err := template.Must(template.New(file).Parse(text)).Execute(&out,
			map[string]string{"Name": name, "Type": strings.ToUpper(name[:1]) + name[1:]}); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, file), out.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(root, imports), imported, 0o644)
}
