package tasks

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// unitDirectories have the files that come before those of a unit's package, in this order (systemd.unit(5), "Unit
// File Load Path"): of the administrator, of this boot, of local packages, and drop-ins of other packages.
var unitDirectories = []string{unitDirectory, "/run/systemd/system/", "/usr/local/lib/systemd/system/",
	"/usr/lib/systemd/system/"}

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
	u.lines(key, func(s Setting) { found = s })
	return found
}

// Variable is Setting for a variable of Environment, which adds up over its lines and is emptied by an empty one
// (systemd.exec(5)).
func (u *Unit) Variable(name string) (found Setting) {
	u.lines("Environment", func(s Setting) {
		if s.Value == "" {
			found = Setting{}
		}
		for _, word := range variables.FindAllString(s.Value, -1) {
			if is, value, _ := strings.Cut(strings.Trim(word, `"'`), "="); is == name {
				found = Setting{strings.Trim(value, `"'`), s.File, s.Line}
			}
		}
	})
	return found
}

var variables = regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`)

// lines calls do with each line of a key in the unit's files.
func (u *Unit) lines(key string, do func(Setting)) {
	for _, file := range u.files() {
		for i, line := range serviceLines(u.h.File(file).Text()) {
			if name, value, is := strings.Cut(line, "="); is && strings.TrimSpace(name) == key {
				do(Setting{strings.TrimSpace(value), file, i + 1})
			}
		}
	}
}

// UnitFiles requests the files of units that tasks may ask about, by a pattern of their names, so that those of one
// need no question of their own.
func (h *Host) UnitFiles(pattern string) {
	for _, dir := range unitDirectories {
		if dir != unitDirectories[len(unitDirectories)-1] { // the package's own
			h.Glob(dir + pattern)
		}
		h.Glob(dir + pattern + ".d/*.conf")
		h.Glob(dir + strings.TrimPrefix(path.Ext(pattern), ".") + ".d/*.conf")
	}
}

// files lists those of a unit, but for the package's own, in the order in which systemd reads them: a drop-in hides
// those of the same name in later directories.
func (u *Unit) files() (list []string) {
	names := map[string]bool{}
	for _, dir := range u.dropInDirectories() {
		for _, file := range u.h.Glob(dir + "/*.conf") {
			if !names[path.Base(file)] {
				names[path.Base(file)] = true
				list = append(list, file)
			}
		}
	}
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(path.Base(a), path.Base(b)) })
	for _, name := range u.names() {
		for _, dir := range unitDirectories[:len(unitDirectories)-1] {
			if !u.Masked() && u.h.File(dir+name).Exists() {
				return append([]string{dir + name}, list...)
			}
		}
	}
	return list
}

// names are the unit's own, and for an instance, such as postgresql@15-main.service, that of its template.
func (u *Unit) names() []string {
	prefix, rest, instance := strings.Cut(u.name, "@")
	if template := prefix + "@" + path.Ext(rest); instance && template != u.name {
		return []string{u.name, template}
	}
	return []string{u.name}
}

// dropInDirectories are in systemd's order (systemd.unit(5); src/shared/dropin.c, unit_file_find_dropin_paths): beside
// those of the unit's names there are some for units whose names begin alike, up to a dash, and one for all services.
func (u *Unit) dropInDirectories() (list []string) {
	kind := path.Ext(u.name)
	names := u.names()
	prefix, _, _ := strings.Cut(strings.TrimSuffix(u.name, kind), "@")
	for dash := len(prefix) - 1; dash > 0; dash-- {
		if prefix[dash] == '-' && dash < len(prefix)-1 {
			names = append(names, prefix[:dash+1]+kind)
		}
	}
	for _, dir := range unitDirectories {
		for _, name := range names {
			list = append(list, dir+name+".d")
		}
	}
	for _, dir := range unitDirectories {
		list = append(list, dir+strings.TrimPrefix(kind, ".")+".d")
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
