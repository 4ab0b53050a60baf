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
	var out bytes.Buffer
	for _, s := range []struct {
		name   string
		answer func() string
	}{
		{"facts", h.answerFacts},
		{"paths", func() string { return h.answerPaths(q["path"], q["glob"]) }},
		{"privates", func() string { return h.answerPrivates(q["private"]) }},
		{"trees", func() string { return h.answerTrees(q["tree"]) }},
		{"checkouts", func() string { return h.answerCheckouts(q["checkout"]) }},
		{"builds", func() string { return h.answerBuilds(q["build"]) }},
		{"units", func() string { return h.answerUnits(q["unit"]) }},
		{"users", func() string { return h.answerUsers(q["user"]) }},
		{"groups", func() string { return h.answerGroups(q["group"]) }},
		{"says", func() string { return h.answerSays(q["says"]) }},
		{"packages", func() string { return h.answerPackages(q["package"]) }},
		{"versions", func() string { return h.answerVersions(q["version"]) }},
		{"probes", func() string { return h.answerProbes(q["probe"]) }},
		{"clusters", func() string { return h.answerClusters(nonce, q["setting"], q["odoo"]) }},
		{"end", func() string { return "" }},
	} {
		if mark := "\n@" + nonce + " " + s.name + "\n"; strings.Contains(script, strings.ReplaceAll(mark, "\n", `\n`)) {
			out.WriteString(mark + s.answer())
		}
	}
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

func (h *host) answerPrivates(names []string) (text string) {
	for _, p := range names {
		if f, ok := h.files[p]; ok && f.kind == 'f' {
			text += fmt.Sprintf("%o %s %s %x %s\n", f.mode, f.owner, f.group, sha256.Sum256([]byte(f.text)), p)
		}
	}
	return text
}

func (h *host) answerPaths(names, globs []string) string {
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

func (h *host) answerClusters(nonce string, settings, odoo []string) (text string) {
	part := func(name, value string) { text += "\n+" + nonce + " " + name + "\n" + value }
	for _, c := range h.clusters {
		running := h.units[c.unit()].active
		port := ""
		if running {
			port = fmt.Sprint(c.port)
		}
		part("cluster", strings.Join([]string{c.version, c.name, c.config, c.data, port, "/var/run/postgresql", c.unit(), c.bin}, "\n")+"\n")
		part("unit", h.properties(c.unit()))
		if !running {
			continue
		}
		part("server", c.row(settings)+"\n")
		part("said", "")
		c.answerOdoo(odoo, part)
	}
	return text
}
