package nginx

import (
	"fmt"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

// Where nginx has its files. Debian reads links in sites-enabled, and files of
// modules-enabled outside of http; RHEL's and nginx.org's packages know conf.d only.
const (
	configuration = "/etc/nginx/nginx.conf"
	available     = "/etc/nginx/sites-available"
	enabled       = "/etc/nginx/sites-enabled"
	confd         = "/etc/nginx/conf.d"
	modules       = "/etc/nginx/modules-enabled"

	hostFile = confd + "/odooctl.conf"      // what the sites of a host share
	mainFile = modules + "/99-odooctl.conf" // what stands outside of http
)

// layout says where a host's nginx has its sites, and what is there.
type layout struct {
	dir    string   // of the files
	links  string   // of the links to them; "" where nginx reads the files themselves
	main   bool     // nginx reads modules-enabled
	ours   []string // files and links of our sites that are there
	others []other
}

// other is a file that somebody else wrote and nginx reads.
type other struct{ path, text string }

var (
	includesEnabled = regexp.MustCompile(`(?m)^\s*include\s+\S*sites-enabled/`)
	includesConfd   = regexp.MustCompile(`(?m)^\s*include\s+\S*conf\.d/\*\.conf`)
	includesModules = regexp.MustCompile(`(?m)^\s*include\s+\S*modules-enabled/`)
)

// layoutOf tells the layouts apart by what nginx.conf includes.
func layoutOf(h *tasks.Host) (l layout) {
	l.dir = confd
	text := h.File(configuration).Text()
	l.main = includesModules.MatchString(text)
	if includesEnabled.MatchString(text) {
		l.dir, l.links = available, enabled
	}
	l.others = []other{{configuration, uncommented(text)}}
	for _, dir := range []string{available, enabled, confd, modules} {
		for _, p := range h.Glob(dir + "/*") {
			name := path.Base(p)
			switch {
			case p == hostFile || p == mainFile:
			case strings.HasPrefix(name, "odooctl-") && strings.HasSuffix(name, ".conf"):
				l.ours = append(l.ours, p)
			case dir == enabled && l.links != "", dir == confd && strings.HasSuffix(name, ".conf"), dir == modules && l.main && !h.IsLink(p): // packages link what loads a module
				l.others = append(l.others, other{p, uncommented(h.File(p).Text())})
			}
		}
	}
	return l
}

// readable is an error where nginx would not read what we write.
func (l layout) readable(h *tasks.Host) error {
	f := h.File(configuration)
	if f.Exists() && !includesConfd.MatchString(f.Text()) {
		return f.Errorf("it does not include conf.d/*.conf, which the packages of Debian, RHEL and nginx.org do; put `include /etc/nginx/conf.d/*.conf;` back into http")
	}
	return nil
}

// files are the sites of ours that nginx reads in the picture.
func (l layout) files(h *tasks.Host) (list []string) {
	for _, p := range l.ours {
		if path.Dir(p) == l.dir && h.File(p).Exists() {
			list = append(list, p)
		}
	}
	sort.Strings(list)
	return list
}

var comment = regexp.MustCompile(`(?m)(^|[\s;{}])#.*$`)

func uncommented(text string) string { return comment.ReplaceAllString(text, "$1") }

var (
	listens = regexp.MustCompile(`\blisten\s+([^\s;]+)[^;]*;`)
	names   = regexp.MustCompile(`\bserver_name\s+([^;]+);`)
)

// listener returns the first file of somebody else with a server on the port, or "".
func (l layout) listener(port int) string {
	for _, o := range l.others {
		for _, m := range listens.FindAllStringSubmatch(o.text, -1) {
			if portOf(m[1]) == port {
				return o.path
			}
		}
	}
	return ""
}

// portOf returns the port of listen's first argument: a port, an address, or
// both. It is 80 where there is none.
func portOf(address string) int {
	last := address[strings.LastIndexAny(address, ":]")+1:]
	n, err := strconv.Atoi(last)
	switch {
	case strings.HasPrefix(address, "unix:"):
		return 0
	case err != nil:
		return 80
	}
	return n
}

// claimed is an error where somebody else has a server of the deployment's name:
// nginx would pass the requests to whichever it reads first.
func (l layout) claimed(h *tasks.Host, d *inventory.Deployment) error {
	for _, o := range l.others {
		for _, m := range names.FindAllStringSubmatch(o.text, -1) {
			for _, theirs := range strings.Fields(m[1]) {
				for _, n := range d.Nginx.ServerNames {
					if strings.EqualFold(strings.Trim(theirs, `"'`), n) {
						return fmt.Errorf("%s: server_name %s stands in %s on %s too, and nginx would use one of the two; take it out there, or disable that file", d.Nginx.Pos, n, o.path, h.Name)
					}
				}
			}
		}
	}
	return nil
}
