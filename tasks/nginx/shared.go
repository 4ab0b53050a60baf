package nginx

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
)

// mainText gives a worker that is shutting down as long as nginx waits for Odoo.
// Without it one with an open websocket never ends.
const mainText = site.Header + `
# A worker that a reload has replaced ends, also where a websocket stays open.
worker_shutdown_timeout 720s;
`

// share writes what the sites of a host have in common.
func share(h *tasks.Host, l layout, sites []site.Site) error {
	text, err := site.RenderHost(l.shared(h, sites))
	if err != nil {
		return err
	}
	if f := h.File(hostFile); unseal(f.Text()) != text {
		f.SetText(text).Hide(site.Hiding(text))
		h.Notify(Unit, tasks.Reload, "what the sites share changed")
	}
	switch set := l.sets("worker_shutdown_timeout"); {
	case set != "":
		remove(h, mainFile, set+" says when workers end")
	case l.main:
		write(h, mainFile, mainText, "workers that were replaced have to end")
	default:
		h.Warn("%s includes no folder outside of http, so old workers never exit after a reload; add "+
			"`worker_shutdown_timeout 720s;` to it, above events", configuration)
	}
	seal(h, l)
	return nil
}

// shared is the host's file for these sites. seal sets its generation.
func (l layout) shared(h *tasks.Host, sites []site.Site) site.Host {
	s := site.Host{Nginx: sites[0].Nginx, Generation: unsealed, IPv6: sites[0].IPv6, DefaultHTTP: l.listener(80) == "",
		TLS: site.Modern}
	var modern []string
	for _, one := range sites {
		if one.Certificate == "" {
			continue
		}
		if s.Certificate == "" {
			s.Certificate, s.Key, s.X25519MLKEM768 = one.Certificate, one.Key, one.X25519MLKEM768
		}
		if one.TLS == site.Modern {
			modern = append(modern, one.Name)
		} else {
			s.TLS = site.Intermediate
		}
	}
	s.DefaultTLS = s.Certificate != "" && l.listener(443) == ""
	if s.Nginx.TLSPerSite() || s.Certificate == "" {
		return s
	}
	if other := l.listener(443); other != "" {
		h.Warn("%s has a server on port 443 too; before nginx 1.29.2 the first server, or the one with default_server, "+
			"decides over the TLS protocols of all of them", other)
	} else if len(modern) > 0 && s.TLS == site.Intermediate {
		h.Warn("profile modern of %s is not in force: before nginx 1.29.2 all sites of a host speak the same TLS "+
			"protocols, and others here have profile intermediate", strings.Join(modern, ", "))
	}
	return s
}

// sets returns the first file of others that has a directive, or "".
func (l layout) sets(directive string) string {
	for _, o := range l.others {
		if regexp.MustCompile(`(^|[\s;{}])` + directive + `\s`).MatchString(o.text) {
			return o.path
		}
	}
	return ""
}

// write sets the text of a file of ours, and reloads nginx.
func write(h *tasks.Host, p, text, why string) {
	f := h.File(p)
	if f.Text() != text {
		h.Notify(Unit, tasks.Reload, why)
	}
	f.SetText(text).Hide(site.Hiding(text))
}

// remove removes a file or link of ours, and reloads nginx.
func remove(h *tasks.Host, p, why string) {
	if h.File(p).Hide(site.Hiding("")); h.Unlink(p) {
		h.Notify(Unit, tasks.Reload, why)
	}
}

// unsealed is the generation in a file that has none yet.
const unsealed = "0"

var generationLine = regexp.MustCompile(`return 200 "(\w+)\\n"`)

func unseal(text string) string { return sealed(text, unsealed) }

// seal writes a digest of all our files' texts into the host's file, so that nginx can
// report which ones it has read. Who was drained and which page is shown is not in it, but
// in a part of its own: see reseal.
func seal(h *tasks.Host, l layout) {
	f := h.File(hostFile)
	sum := sha256.New()
	for _, p := range append(l.files(h), mainFile) {
		fmt.Fprintf(sum, "%s\x00%s\x00", p, site.Serving(h.File(p).Text()))
	}
	sum.Write([]byte(unseal(f.Text())))
	f.SetText(sealed(f.Text(), hex.EncodeToString(sum.Sum(nil)[:8])))
	reseal(h, l)
}

// reseal is seal after hosts were drained or a page was shown, and nothing else changed.
// Once all serve again, the files are as they were, byte by byte: what was planned before
// can still be applied.
func reseal(h *tasks.Host, l layout) {
	f := h.File(hostFile)
	name, _, _ := strings.Cut(generation(h), "_")
	sum, drained := sha256.New(), false
	for _, p := range l.files(h) {
		text := h.File(p).Text()
		fmt.Fprintf(sum, "%s\x00%s\x00", p, text)
		drained = drained || site.Serving(text) != text
	}
	if drained {
		name += "_" + hex.EncodeToString(sum.Sum(nil)[:8])
	}
	f.SetText(sealed(f.Text(), name))
}

func sealed(text, name string) string {
	return generationLine.ReplaceAllString(text, `return 200 "`+name+`\n"`)
}

// generation is what nginx should report; "" if it has no file of ours that does.
func generation(h *tasks.Host) string {
	m := generationLine.FindStringSubmatch(h.File(hostFile).Text())
	if m == nil {
		return ""
	}
	return m[1]
}
