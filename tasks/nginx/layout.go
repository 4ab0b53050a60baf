package nginx

import (
	"errors"
	"fmt"
	"net"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

// nginx's folders. Debian reads links in sites-enabled, and files of modules-enabled
// outside of http; the packages of RHEL and nginx.org have conf.d only.
const (
	configuration = "/etc/nginx/nginx.conf"
	available     = "/etc/nginx/sites-available"
	enabled       = "/etc/nginx/sites-enabled"
	confd         = "/etc/nginx/conf.d"
	modules       = "/etc/nginx/modules-enabled"

	hostFile = confd + "/odooctl.conf"      // shared by the sites of a host
	mainFile = modules + "/99-odooctl.conf" // for what is outside of http
)

// layout is where a host's nginx has its sites, and which files are there.
type layout struct {
	dir    string   // of the files
	links  string   // of the links to them; "" if nginx reads the files themselves
	main   bool     // nginx reads modules-enabled
	ours   []string // existing files and links of our sites
	others []other
}

// other is a file that nginx reads and that is not ours.
type other struct{ path, text string }

var (
	includesEnabled = regexp.MustCompile(`(?m)^\s*include\s+\S*sites-enabled/`)
	includesConfd   = regexp.MustCompile(`(?m)^\s*include\s+\S*conf\.d/\*\.conf`)
	includesModules = regexp.MustCompile(`(?m)^\s*include\s+\S*modules-enabled/`)
)

// layoutOf recognizes the layout by what nginx.conf includes.
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
			case dir == enabled && l.links != "", dir == confd && strings.HasSuffix(name, ".conf"),
				dir == modules && l.main && !h.IsLink(p): // packages link what loads a module
				l.others = append(l.others, other{p, uncommented(h.File(p).Text())})
			}
		}
	}
	return l
}

// readable fails if nginx would not read our files.
func (l layout) readable(h *tasks.Host) error {
	f := h.File(configuration)
	if f.Exists() && !includesConfd.MatchString(f.Text()) {
		return f.Errorf("it does not include conf.d/*.conf, which the packages of Debian, RHEL and nginx.org do; put " +
			"`include /etc/nginx/conf.d/*.conf;` back into http")
	}
	return nil
}

// files are those of our sites that nginx reads, in the picture.
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

// listener returns the first file of others with a server on the port, or "".
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

// portOf returns the port in listen's first argument, which is a port, an address, or
// both; 80 if it has none.
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

// passing warns of files of others that pass requests to the deployment's Odoo too, a catch-all server above all: they
// reach it under other names, and past what its site keeps closed.
func (l layout) passing(h *tasks.Host, d *inventory.Deployment, backends []string) {
	for _, backend := range backends {
		host, port, _ := net.SplitHostPort(backend)
		here := regexp.QuoteMeta(backend)
		if host == "127.0.0.1" {
			here = `(127\.0\.0\.1|localhost|\[::1\]):` + port
		}
		for _, o := range l.others {
			if !regexp.MustCompile(`(proxy_pass\s+https?://|\bserver\s+)` + here + `[/;\s]`).MatchString(o.text) {
				continue
			}
			what := "requests"
			if catchAll.MatchString(o.text) {
				what = "requests for any name"
			}
			h.Warn("%s: %s passes %s to %s, the Odoo of %s, past what its site keeps closed: disable that file, or take the "+
				"server out there", d.Nginx.Pos, o.path, what, backend, d.Name)
			return
		}
	}
}

var catchAll = regexp.MustCompile(`\bdefault_server\b|\bserver_name\s([^;]*\s)?(_|"")\s*;`)

// claimed fails if another file has a server with the deployment's name: nginx would
// pass the requests to whichever it reads first.
func (l layout) claimed(h *tasks.Host, d *inventory.Deployment) (all error) {
	for _, o := range l.others {
		for _, m := range names.FindAllStringSubmatch(o.text, -1) {
			for _, theirs := range strings.Fields(m[1]) {
				for _, n := range d.Nginx.Names() {
					if strings.EqualFold(strings.Trim(theirs, `"'`), n) {
						all = errors.Join(all, fmt.Errorf("%s: server_name %s is in %s on %s too, and nginx would use one of the two; "+
							"take it out there, or disable that file", d.Nginx.Pos, n, o.path, h.Name))
					}
				}
			}
		}
	}
	return all
}
