package nginx

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"odooctl/tasks"
)

// overridden is an error if a file of somebody else's starts another nginx than the one whose sites odooctl writes: it
// would never read them, and look as planned for ever.
func overridden(h *tasks.Host) error {
	if len(h.NginxOf()) == 0 {
		return nil
	}
	u, pos := h.Unit(Unit), h.NginxOf()[0].Nginx.Pos
	others := func(s tasks.Setting, what, key string) error {
		return fmt.Errorf("%s: %s:%d: %s %s: take %s out of that file, and then `systemctl daemon-reload`", pos, s.File,
			s.Line, Unit, what, key)
	}
	if user := u.Setting("User"); user.File != "" && user.Value != "" && user.Value != "root" {
		return others(user, fmt.Sprintf("runs as %q there, which cannot read the keys of certificates", user.Value), "User")
	}
	exec := u.Setting("ExecStart")
	if exec.File == "" {
		return nil
	}
	program, config, prefix := commandLine(exec.Value)
	switch {
	case config != configuration && (config != "" || program != "nginx"):
		reads := config
		if reads == "" {
			reads = "what " + program + " reads by itself"
		}
		return others(exec, fmt.Sprintf("reads %s there, and odooctl writes sites for %s", reads, configuration), "ExecStart")
	case prefix != "":
		h.Warn("%s:%d: %s has the prefix %s on its command line, and `nginx -t` has not: what is relative in its files may "+
			"be another file then", exec.File, exec.Line, Unit, prefix)
	}
	return nil
}

// words are those of a command line in a unit's file (systemd.service(5), "Command lines").
var words = regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`)

// commandLine returns the program of a command line of nginx, the file that it reads and its prefix, as far as they are
// given (nginx, src/core/nginx.c, ngx_get_options: a value may be attached to its letter). A program that no package
// has as nginx keeps its path, because its own file may be another one.
func commandLine(line string) (program, config, prefix string) {
	list := words.FindAllString(line, -1)
	for i := 0; i < len(list); i++ {
		word := strings.Trim(list[i], `"'`)
		if i == 0 {
			if program = strings.TrimLeft(word, "@-:+!|"); packaged[program] {
				program = "nginx"
			}
			continue
		}
		if len(word) < 2 || word[0] != '-' || !strings.ContainsRune("cpge", rune(word[1])) {
			continue
		}
		value := word[2:]
		if value == "" && i+1 < len(list) {
			i++
			value = strings.Trim(list[i], `"'`)
		}
		switch word[1] {
		case 'c':
			config = value
		case 'p':
			prefix = value
		}
	}
	if config != "" && !path.IsAbs(config) && prefix != "" {
		config = path.Join(prefix, config)
	}
	if config != "" {
		config = path.Clean(config)
	}
	return program, config, prefix
}

// packaged are the programs of the packages, as units name them.
var packaged = map[string]bool{"/usr/sbin/nginx": true, "/usr/bin/nginx": true, "/sbin/nginx": true, "nginx": true}
