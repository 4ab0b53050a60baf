package tasks

import (
	"path"
	"slices"
	"strings"
)

// unitDirectories have the files that come before those of a unit's package, in this order (systemd.unit(5), "Unit
// File Load Path"): of the administrator, of this boot, and drop-ins of other packages.
var unitDirectories = []string{unitDirectory, "/run/systemd/system/", "/usr/lib/systemd/system/"}

// Setting is a line of the [Service] section of a unit's files.
type Setting struct {
	Value string
	File  string // "" if no file but the package's has one
	Line  int
}

// Setting returns what systemd would use of a key that has one value, such as User, or ExecStart of a service that
// is no oneshot: the last line with it in the file that stands in for the package's and in the drop-ins, those of this
// plan included. It does not read the package's own file.
func (u *Unit) Setting(key string) (found Setting) {
	for _, file := range u.files() {
		for i, line := range serviceLines(u.h.File(file).Text()) {
			name, value, is := strings.Cut(line, "=")
			if is && strings.TrimSpace(name) == key {
				found = Setting{strings.TrimSpace(value), file, i + 1}
			}
		}
	}
	return found
}

// files lists those of a unit, but for the package's own, in the order in which systemd reads them: a drop-in hides
// those of the same name in later directories.
func (u *Unit) files() (list []string) {
	names := map[string]string{}
	for _, dir := range unitDirectories {
		for _, file := range u.h.Glob(dir + u.name + ".d/*.conf") {
			if _, hidden := names[path.Base(file)]; !hidden {
				names[path.Base(file)] = file
				list = append(list, file)
			}
		}
	}
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(path.Base(a), path.Base(b)) })
	for _, dir := range unitDirectories[:2] {
		if !u.Masked() && u.h.File(dir+u.name).Exists() {
			return append([]string{dir + u.name}, list...)
		}
	}
	return list
}

// serviceLines are the lines of a unit's file by their number; those outside of [Service] are empty, and one that
// goes on is whole on its first line (systemd.syntax(7)).
func serviceLines(text string) []string {
	lines := strings.Split(text, "\n")
	section := ""
	for i := range lines {
		line := strings.TrimSpace(lines[i])
		for next := i + 1; strings.HasSuffix(line, `\`) && next < len(lines); next++ {
			line = strings.TrimSuffix(line, `\`) + " " + strings.TrimSpace(lines[next])
			lines[next] = ""
		}
		if strings.HasPrefix(line, "[") {
			section = line
		}
		if section != "[Service]" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			line = ""
		}
		lines[i] = line
	}
	return lines
}
