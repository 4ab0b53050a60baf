package lab

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// mount is one line of mountinfo, see proc_pid_mountinfo(5).
type mount struct {
	point  string
	fstype string
	super  map[string]string // options of the file system; those without a value map to ""
}

type mountTable []mount

// readMounts reads the mount namespace of this process.
func readMounts() (mountTable, error) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("read mounts: %w", err)
	}
	return parseMounts(string(text))
}

// parseMounts parses a mountinfo file. An unreadable line is an error: a mount
// overlooked here would be a file system removed elsewhere.
func parseMounts(text string) (mountTable, error) {
	var table mountTable
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		head, tail, found := strings.Cut(lines.Text(), " - ")
		before, after := strings.Fields(head), strings.Fields(tail)
		if !found || len(before) < 6 || len(after) < 2 {
			return nil, fmt.Errorf("parse mountinfo: %q is not a mount", lines.Text())
		}
		m := mount{point: unescapeMount(before[4]), fstype: after[0], super: map[string]string{}}
		for option := range strings.SplitSeq(after[len(after)-1], ",") {
			name, value, _ := strings.Cut(option, "=")
			m.super[name] = unescapeMount(value)
		}
		table = append(table, m)
	}
	return table, lines.Err()
}

// unescapeMount decodes the kernel's octal escapes of space, tab, newline, backslash
// and number sign.
func unescapeMount(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`, `\043`, "#").Replace(s)
}

// under lists the mounts at the folder path or below it, the deepest last.
func (t mountTable) under(path string) mountTable {
	var found mountTable
	for _, m := range t {
		if within(m.point, path) {
			found = append(found, m)
		}
	}
	return found
}

// overlayOn finds an overlay that has the folder path as a lower layer.
func (t mountTable) overlayOn(path string) (mount, bool) {
	for _, m := range t {
		for lower := range strings.SplitSeq(m.super["lowerdir"], ":") {
			if m.fstype == "overlay" && lower != "" && within(lower, path) {
				return m, true
			}
		}
	}
	return mount{}, false
}

// root is the root file system of the table's namespace.
func (t mountTable) root() (mount, bool) {
	for i := len(t) - 1; i >= 0; i-- {
		if t[i].point == "/" {
			return t[i], true
		}
	}
	return mount{}, false
}

// within reports whether path is the folder or lies below it.
func within(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}
