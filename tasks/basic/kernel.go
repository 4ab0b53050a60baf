package basic

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

//go:embed kernel.sh
var kernelVerbs string

//go:embed settings.sh
var kernelSettings string

func init() {
	tasks.RegisterKinds(kernel)
	tasks.RegisterVerbs(kernelVerbs)
}

const kindKernel = "kernel"

// kernel is the settings that the kernel runs with, by their paths below /proc/sys. One that
// cannot be read, because there is none or it only takes orders, does not exist.
var kernel = &tasks.Kind{Name: kindKernel, Read: readKernel, Learn: learnKernel, Show: showKernel,
	What: nameKernel, Compile: func(s *tasks.Script, name string, _, after tasks.State) {
		s.Doing("setting the kernel")
		s.Make("set_kernel", name, string(after.(running)))
	}}

// running is the value of a setting, its words parted by single spaces.
type running string

// Same implements tasks.State.
func (v running) Same(s tasks.State) bool { return s == tasks.State(v) }

func valueOf(text string) running { return running(strings.Join(strings.Fields(text), " ")) }

// inProc returns the path of a setting below /proc/sys: its first separator says whether
// dots or slashes are those of folders, as in sysctl.d(5).
func inProc(key string) string {
	if i := strings.IndexAny(key, "./"); i < 0 || key[i] == '/' {
		return key
	}
	return strings.NewReplacer(".", "/", "/", ".").Replace(key)
}

func readKernel(a tasks.Asked) string {
	names := a.Of(kindKernel)
	if len(names) == 0 {
		return ""
	}
	return "part kernel\n" + shell.Call(kernelSettings, "kernel_settings", names...) + "\n"
}

func learnKernel(_ *tasks.Host, a tasks.Answers) error {
	for _, n := range a.Of(kindKernel) {
		a.Know(kindKernel, n, nil)
	}
	for line := range strings.Lines(a.Part("kernel")) {
		name, text, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		if !ok || !slices.Contains(a.Of(kindKernel), name) {
			return fmt.Errorf("read the kernel's settings: the host printed %q", line)
		}
		a.Know(kindKernel, name, valueOf(text))
	}
	return nil
}

func showKernel(before, after tasks.State) []string {
	return []string{fmt.Sprintf("%s -> %s", before, after)}
}

func nameKernel(name string, _, _ tasks.State) string {
	return "kernel " + strings.NewReplacer(".", "/", "/", ".").Replace(name)
}
