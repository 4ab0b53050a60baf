package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
)

// mirrors are the addresses this machine installs Debian from.
type mirrors struct{ archive, security string }

// aptSource is one source of packages: a line of sources.list or a stanza of a .sources file, see sources.list(5).
type aptSource struct {
	uris, suites, components []string
}

// suitesOfDebian distinguishes Debian's own archive from the other archives in a
// machine's sources.
var suitesOfDebian = []string{
	"buster", "bullseye", "bookworm", "trixie", "forky", "duke", "sid",
	"oldoldstable", "oldstable", "stable", "testing", "unstable",
}

// readMirrors finds the mirrors in the apt configuration below etcApt (/etc/apt of the machine).
// Files with names that apt ignores, and disabled sources, are ignored.
func readMirrors(etcApt fs.FS) (mirrors, error) {
	var sources []aptSource
	names, err := fs.Glob(etcApt, "sources.list.d/*")
	if err != nil {
		return mirrors{}, err
	}
	for _, name := range append([]string{"sources.list"}, names...) {
		parse := parseOneLine
		switch path.Ext(name) {
		case ".list":
		case ".sources":
			parse = parseDeb822
		default:
			continue
		}
		text, err := fs.ReadFile(etcApt, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return mirrors{}, fmt.Errorf("read apt sources: %w", err)
		}
		sources = append(sources, parse(string(text))...)
	}
	return chooseMirrors(sources)
}

func chooseMirrors(sources []aptSource) (mirrors, error) {
	var m mirrors
	for _, s := range sources {
		uri, ok := usableURI(s.uris)
		if !ok || !slices.Contains(s.components, "main") {
			continue
		}
		for _, suite := range s.suites {
			codename, isSecurity := strings.CutSuffix(suite, "-security")
			if !isSecurity {
				codename, isSecurity = strings.CutSuffix(suite, "/updates")
			}
			switch {
			case !slices.Contains(suitesOfDebian, codename):
			case isSecurity && m.security == "":
				m.security = uri
			case !isSecurity && m.archive == "":
				m.archive = uri
			}
		}
	}
	if m.archive == "" {
		return m, errors.New("find a Debian mirror: none in /etc/apt/sources.list or /etc/apt/sources.list.d; add one " +
			"there, images are installed from it")
	}
	return m, nil
}

func usableURI(uris []string) (string, bool) {
	for _, uri := range uris {
		u, err := url.Parse(uri)
		if err == nil && slices.Contains([]string{"http", "https", "file", "copy"}, u.Scheme) {
			return uri, true
		}
	}
	return "", false
}

// parseOneLine reads the one-line style: deb [ options ] uri suite component...
func parseOneLine(text string) []aptSource {
	var sources []aptSource
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		rest, ok := strings.CutPrefix(strings.TrimSpace(strings.ReplaceAll(line, "\t", " ")), "deb ")
		if !ok {
			continue
		}
		rest = strings.TrimSpace(rest)
		if options, after, found := strings.Cut(rest, "]"); found && strings.HasPrefix(options, "[") {
			rest = after
		}
		fields := strings.Fields(rest)
		if len(fields) < 2 {
			continue
		}
		sources = append(sources, aptSource{fields[:1], fields[1:2], fields[2:]})
	}
	return sources
}

// parseDeb822 parses stanzas of "Field: value" lines, separated by empty lines; a line
// that begins with a space continues the value before it.
func parseDeb822(text string) []aptSource {
	var sources []aptSource
	fields := map[string]string{}
	last := ""
	flush := func() {
		enabled := !slices.Contains([]string{"no", "false", "off", "0", "without", "disable"},
			strings.ToLower(strings.TrimSpace(fields["enabled"])))
		if enabled && slices.Contains(strings.Fields(fields["types"]), "deb") {
			sources = append(sources, aptSource{
				strings.Fields(fields["uris"]), strings.Fields(fields["suites"]), strings.Fields(fields["components"]),
			})
		}
		fields, last = map[string]string{}, ""
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\r\n")
		switch {
		case line == "":
			flush()
		case strings.HasPrefix(line, "#"):
		case line[0] == ' ' || line[0] == '\t':
			fields[last] += " " + line
		default:
			name, value, _ := strings.Cut(line, ":")
			last = strings.ToLower(strings.TrimSpace(name))
			fields[last] = value
		}
	}
	flush()
	return sources
}
