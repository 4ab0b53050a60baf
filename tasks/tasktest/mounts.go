package tasktest

import (
	"cmp"
	"path"
	"strings"
)

func init() {
	fakes["mount"] = fake{answer: one("mount", "mounts", (*host).answerMounts)}
}

// answerMounts is what mounts of mount.sh prints: of a unit that runs, what its file says. Without that and a test's
// word, all folders are on one file server.
func (h *host) answerMounts(dirs []string) (text string) {
	for _, dir := range dirs {
		text += "kernel-of-" + h.name + " " + cmp.Or(h.mounted(dir), h.mounts[dir], "0:50 "+dir+"/ nfs4 nas:/srv") + "\n"
	}
	return text
}

// mounted is the mount by a unit of the administrator's.
func (h *host) mounted(dir string) string {
	for p, f := range h.files {
		name, is := strings.CutSuffix(path.Base(p), ".mount")
		if path.Dir(p) != "/etc/systemd/system" || !is {
			continue
		}
		says := map[string]string{}
		for line := range strings.Lines(f.Text) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			says[key] = value
		}
		if strings.HasPrefix(dir+"/", says["Where"]+"/") && h.units[name+".mount"].active {
			return "0:60 " + strings.TrimPrefix(dir, says["Where"]) + "/ " + says["Type"] + " " + says["What"]
		}
	}
	return ""
}
