package tasktest

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"odooctl/tasks"
)

// answer prints what the reading script would print on the host.
func (h *host) answer(picture *tasks.Host, nonce string) []byte {
	q := picture.Questions()
	script := picture.ReadScript(nonce)
	const key = "key-that-the-host-draws"
	var out bytes.Buffer
	fmt.Fprintf(&out, "\n@%s %s\n", nonce, key)
	part := func(name, text string) { fmt.Fprintf(&out, "\n@%s %s\n%s", key, name, text) }
	for _, s := range []struct {
		name   string
		answer func() string
	}{
		{"facts", h.answerFacts},
		{"files", func() string { return h.answerFiles(q) }},
		{"units", func() string { return h.answerUnits(q["unit"]) }},
		{"users", func() string { return h.answerUsers(q["user"]) }},
		{"groups", func() string { return h.answerGroups(q["group"]) }},
		{"packages", func() string { return h.answerPackages(q["package"]) }},
		{"versions", func() string { return h.answerVersions(q["version"]) }},
		{"probes", func() string { return h.answerProbes(q["probe"]) }},
	} {
		if strings.Contains(script, "part "+s.name+"\n") {
			part(s.name, s.answer())
		}
	}
	for i, said := range h.answerSays(q["says"]) {
		part(fmt.Sprint("says ", i), said)
	}
	if len(q["cluster"]) > 0 {
		h.answerClusters(part, q["setting"], q["odoo"])
	}
	part("end", "")
	return out.Bytes()
}

func (h *host) answerFacts() (text string) {
	for _, f := range h.facts {
		text += f + "\n"
	}
	for _, p := range h.pending {
		text += "pending " + p + "\n"
	}
	return text
}

// answerFiles is what the host tells of paths: all of them are root's.
func (h *host) answerFiles(q map[string][]string) (text string) {
	field := func(values ...string) { text += strings.Join(values, "\x00") + "\x00" }
	for _, p := range q["private"] {
		if f, ok := h.files[p]; ok && f.kind == 'f' {
			field("private", "."+p, fmt.Sprintf("%o\n%s\n%s", f.mode, f.owner, f.group), fmt.Sprintf("%x", sha256.Sum256([]byte(f.text))))
		}
	}
	for _, d := range q["tree"] {
		if h.files[d].kind == 'd' {
			field("tree", "."+d, h.tree(d).sums())
		}
	}
	for _, d := range q["checkout"] {
		if f := strings.Fields(h.files[d+revision].text); len(f) == 3 {
			field("checkout", "."+d, f[0], f[1], f[2], f[1], h.edited(d))
		}
	}
	for _, d := range q["build"] {
		if _, ok := h.files[d+built]; ok {
			field("build", "."+d)
		}
	}
	field("tar")
	return text + h.tar(q["path"], q["glob"])
}

func (h *host) tar(names, globs []string) string {
	var b strings.Builder
	w := tar.NewWriter(&b)
	for _, g := range globs {
		names = append(names, h.glob(g)...)
	}
	for _, p := range names {
		f, ok := h.files[p]
		if !ok {
			continue
		}
		hd := &tar.Header{Name: "." + p, Mode: f.mode, Uname: f.owner, Gname: f.group, Format: tar.FormatGNU}
		switch f.kind {
		case 'd':
			hd.Typeflag, hd.Name = tar.TypeDir, hd.Name+"/"
		case 'l':
			hd.Typeflag, hd.Linkname = tar.TypeSymlink, f.text
		default:
			hd.Typeflag, hd.Size = tar.TypeReg, int64(len(f.text))
		}
		if err := w.WriteHeader(hd); err != nil {
			panic(err)
		}
		if f.kind == 'f' {
			fmt.Fprint(w, f.text)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func (h *host) answerUnits(names []string) string {
	var blocks []string
	for _, n := range names {
		blocks = append(blocks, "Id="+n+"\n"+h.properties(n))
	}
	return strings.Join(blocks, "\n")
}

// properties are what systemctl shows of a unit.
func (h *host) properties(name string) string {
	u, ok := h.units[name]
	if h.files["/etc/systemd/system/"+name].text == "/dev/null" {
		u, ok = unit{"masked", false}, true
	}
	load, active := "loaded", "inactive"
	switch {
	case !ok:
		load = "not-found"
	case u.enabled == "masked":
		load = "masked"
	}
	if u.active {
		active = "active"
	}
	return fmt.Sprintf("LoadState=%s\nActiveState=%s\nUnitFileState=%s\n", load, active, u.enabled)
}

func (h *host) answerUsers(names []string) (text string) {
	for _, n := range names {
		if line, ok := h.users[n]; ok {
			text += line + "\n"
		}
	}
	return text
}

func (h *host) answerGroups(names []string) (text string) {
	for _, n := range names {
		if h.groups[n] {
			text += n + ":x:999:\n"
		}
	}
	return text
}

func (h *host) answerProbes(shells []string) (text string) {
	for _, shell := range shells {
		if slices.ContainsFunc(h.holds, func(part string) bool { return strings.Contains(shell, part) }) {
			text += "1\n"
		} else {
			text += "0\n"
		}
	}
	return text
}

func (h *host) answerClusters(part func(name, value string), settings, odoo []string) {
	for i, c := range h.clusters {
		of := func(name, value string) { part(fmt.Sprint(i+1, " ", name), value) }
		running := h.units[c.unit()].active
		port := ""
		if running {
			port = fmt.Sprint(c.port)
		}
		of("cluster", strings.Join([]string{c.version, c.name, c.config, c.data, port, "/var/run/postgresql", c.unit(), c.bin}, "\n")+"\n")
		of("unit", h.properties(c.unit()))
		if !running {
			continue
		}
		of("server", c.row(settings)+"\n")
		of("said", "")
		c.answerOdoo(odoo, of)
	}
}
