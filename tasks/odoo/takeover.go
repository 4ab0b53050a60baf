package odoo

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/odoo/conf"
)

// takesOver says what goes when an odoo.conf that somebody else has written gives way to the inventory's settings. It
// fails if attachments would be left behind, for Odoo would answer 500 for each of them, whoever wrote the file.
func (i Instance) takesOver(h *tasks.Host, major int, text string, now []conf.Setting) error {
	if text == "" {
		return nil
	}
	was, err := conf.Parse(text)
	if err != nil {
		return nil // Odoo does not start with it
	}
	if err := i.leavesAttachments(h, was); err != nil {
		return err
	}
	if strings.HasPrefix(text, conf.Header) {
		return nil // what goes has gone from the inventory
	}
	t := takeover{h, i, major, map[string]string{}}
	for _, s := range now {
		t.now[newest(s.Name)] = s.Value
	}
	t.options(was)
	t.sections(was, now)
	return nil
}

// takeover tells what of a file goes.
type takeover struct {
	h *tasks.Host
	Instance
	major int
	now   map[string]string // settings that are to be, by their newest names
}

func (t takeover) say(line int, format string, args ...any) {
	t.h.Warn("%s:%d: %s", t.Config, line, fmt.Sprintf(format, args...))
}

func (t takeover) options(was *conf.File) {
	var rest, mail []string
	first := map[string]int{}
	for _, e := range was.Entries {
		if e.Section != "options" && e.Section != "DEFAULT" {
			continue
		}
		name := newest(e.Name)
		value, stays := t.now[name]
		switch {
		case name == "proxy_mode" && isTrue(e.Value) && value == "False":
			t.say(e.Line, "proxy_mode goes from True to False, for %s has no nginx in the inventory: say options: {proxy_mode: "+
				"true} if a proxy of yours is in front", t.Name)
		case name == "db_host" && says(e.Value) && e.Value != value:
			t.say(e.Line, "db_host is %s, and the databases of %s are to be on another PostgreSQL", e.Value, t.Name)
		case name == "db_name" && says(e.Value):
			t.databases(e)
		case name == "addons_path":
			t.folders(e)
		case stays || name == "data_dir" || name == "logfile" || name == "db_user" && e.Value == t.User ||
			t.isDefault(name, e.Value):
		case name == "admin_passwd" || name == "list_db" || name == "dbfilter":
			t.say(e.Line, "%s goes, and Odoo's own is %q: the key %[1]s keeps one", e.Name, t.without(name))
		case name == "server_wide_modules":
			t.say(e.Line, "server_wide_modules goes, which is %s: say options: {server_wide_modules: %q} to keep it", e.Value,
				e.Value)
		case strings.HasPrefix(name, "smtp_") || name == "email_from":
			mail = append(mail, e.Name)
			first["mail"] = max(first["mail"], e.Line)
		default:
			rest = append(rest, e.Name)
			first["rest"] = max(first["rest"], e.Line)
		}
	}
	if len(mail) > 0 {
		t.say(first["mail"], "%s: Odoo sends its mail without these from then on: options keeps them", gone(mail))
	}
	if len(rest) > 0 {
		t.say(first["rest"], "%s, which the inventory does not have: options keeps those of Odoo, module_options those of "+
			"modules", gone(rest))
	}
}

// databases tells of those that cron would serve no more.
func (t takeover) databases(e conf.Entry) {
	var lost []string
	for name := range strings.SplitSeq(e.Value, ",") {
		if name = strings.TrimSpace(name); !slices.Contains(t.Odoo.Databases, name) {
			lost = append(lost, name)
		}
	}
	if len(lost) > 0 {
		t.say(e.Line, "db_name has %s, and databases of %s has not: its scheduled jobs end", strings.Join(lost, ", "), t.Name)
	}
}

// folders tells of folders with modules that Odoo would no longer find.
func (t takeover) folders(e conf.Entry) {
	var lost []string
	kept := strings.Split(t.now["addons_path"], ",")
	for dir := range strings.SplitSeq(e.Value, ",") {
		dir = path.Clean(strings.TrimSpace(dir))
		if dir != "." && dir != packaged && !slices.Contains(kept, dir) {
			lost = append(lost, dir)
		}
	}
	if len(lost) > 0 {
		t.say(e.Line, "addons_path loses %s: databases that have modules from there do not load them any more; say "+
			"addons_path: [%[1]s] to keep it", strings.Join(lost, ", "))
	}
}

// sections tells of those that no section of the inventory stands for.
func (t takeover) sections(was *conf.File, now []conf.Setting) {
	lost := map[string][]string{}
	line := map[string]int{}
	var order []string
	for _, e := range was.Entries {
		stays := slices.ContainsFunc(now, func(s conf.Setting) bool { return s.Section == e.Section && s.Name == e.Name })
		if e.Section == "options" || e.Section == "DEFAULT" || stays {
			continue
		}
		if lost[e.Section] == nil {
			order, line[e.Section] = append(order, e.Section), e.Line
		}
		lost[e.Section] = append(lost[e.Section], e.Name)
	}
	for _, name := range order {
		t.say(line[name], "%s of section [%s]: sections keeps what modules read there", gone(lost[name]), plainOr(name))
	}
}

// isDefault reports whether Odoo has the value without the line.
func (t takeover) isDefault(name, value string) bool {
	is := t.without(name)
	return value == is || !says(value) && !says(is)
}

// without is what Odoo has without a line; "" where the option is no one of Odoo's.
func (t takeover) without(name string) string {
	o, _ := conf.Lookup(name)
	return o.DefaultIn(t.major)
}

// says reports whether a value of odoo.conf says something: Odoo writes False and None for nothing.
func says(value string) bool {
	return !slices.Contains([]string{"", "false", "none", "{}", "[]"}, strings.ToLower(value))
}

func isTrue(value string) bool { return strings.EqualFold(value, "true") || value == "1" }

func gone(names []string) string {
	verb, shown := " go", slices.Clone(names)
	if len(names) == 1 {
		verb = " goes"
	}
	for i, name := range shown {
		shown[i] = plainOr(name)
	}
	return strings.Join(shown, ", ") + verb
}

// plainOr hides what is no name: it may be a value on a line of its own.
func plainOr(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return "***"
}

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_.]*$`)

// dataIn is the data_dir of an odoo.conf, or the one that Odoo has without it: below the home of its user.
func dataIn(was *conf.File, home string) string {
	if dir, ok := was.Get("data_dir"); ok && path.IsAbs(dir) {
		return path.Clean(dir)
	}
	return home + "/.local/share/Odoo"
}

// leavesAttachments is an error if data_dir is to be another folder, and databases have their attachments in the old
// one alone.
func (i Instance) leavesAttachments(h *tasks.Host, was *conf.File) error {
	from, to := dataIn(was, i.Home), path.Clean(i.Data())
	if from == to || strings.ContainsAny(from, `*?[\`) {
		return nil
	}
	there := stored(h, to)
	left := slices.DeleteFunc(stored(h, from), func(name string) bool { return slices.Contains(there, name) })
	if len(left) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s has the attachments of %s in %s, as %s says, and %s is to have them in %s, where they are "+
		"not: say data_dir: %s, or move them there first, while %s is stopped", i.Odoo.Pos, h.Name, strings.Join(left, ", "),
		from, i.Config, i.Name, to, from, i.Unit)
}

// stored names the databases that have attachments in a data_dir.
func stored(h *tasks.Host, data string) (names []string) {
	for _, p := range h.Glob(data + "/filestore/*") {
		names = append(names, path.Base(p))
	}
	return names
}

// retires stops the package's service, which no deployment of the host has: it would serve a database manager with
// the password admin. It fails if somebody's Odoo lives there.
func retires(h *tasks.Host) error {
	u := h.Unit(Unit)
	if text := h.File(Config).Text(); u.Active() && text != "" && !strings.HasPrefix(text, conf.Header) {
		was, err := conf.Parse(text)
		if err != nil {
			was = &conf.File{}
		}
		if list := stored(h, dataIn(was, "/var/lib/odoo")); len(list) > 0 {
			return fmt.Errorf("%s: %s runs on %s with the attachments of %s in %s, and no deployment takes it over: apply an "+
				"inventory that has only the one that it is on this host first, which keeps its unit and its files, and then "+
				"this one; or stop it, if it is to end: `systemctl disable --now %[2]s`", h.OdooOf()[0].Odoo.Pos, Unit, h.Name,
				strings.Join(list, ", "), dataIn(was, "/var/lib/odoo"))
		}
	}
	u.Stop()
	return nil
}
