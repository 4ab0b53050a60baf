package tasks

import (
	_ "embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"odooctl/remote/shell"
)

// Use is which files a unit has read, and when: the running configuration may be older
// than what is on disk, which neither a plan nor a diff shows.
type Use struct {
	Unit  string
	Files []string // patterns
	Since int64    // when the unit last read them, in Unix seconds; 0 = when it started
	Log   string   // command that prints the last line of the unit's own log; "" = the journal has it
}

// drift lists what has changed on the host's disk since the unit read it.
func (u Use) drift(h *Host) (list []string) {
	is := h.Unit(u.Unit).Health()
	if is.Condition != Runs {
		return nil
	}
	if is.stale {
		list = append(list, fmt.Sprintf("systemd has not read the changed unit files of %s: systemctl daemon-reload", u.Unit))
	}
	since := u.Since
	if since == 0 {
		since = is.started
	}
	files := changedAt{}
	for _, p := range times.Found(h) {
		found, _ := times.Was(h, p).(changedAt)
		maps.Copy(files, found)
	}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if at := files[file]; since > 0 && at > since+1 && matches(u.Files, file) { // both are cut to the second
			list = append(list, fmt.Sprintf("%s has not read %s since it changed on %s UTC", u.Unit, file,
				time.Unix(at, 0).UTC().Format(time.DateTime)))
		}
	}
	return list
}

const kindTime = "time"

// times are when files were changed, by the patterns that they match.
var times = &Kind{Name: kindTime, Read: readTimes, Learn: learnTimes}

//go:embed changes.sh
var changes string

func readTimes(a Asked) string {
	patterns := a.Of(kindTime)
	if len(patterns) == 0 {
		return ""
	}
	return "part times\n" + shell.Call(changes, "changed", patterns...) + " 2>/dev/null\n"
}

// changedAt is what matches a pattern, and when it was changed, in Unix seconds.
type changedAt map[string]int64

// Same implements State; no plan changes it.
func (changedAt) Same(State) bool { return true }

func learnTimes(_ *Host, a Answers) error {
	all := changedAt{}
	for entry := range strings.SplitSeq(a.Part("times"), "\x00") {
		seconds, file, _ := strings.Cut(entry, " ")
		if n, err := strconv.ParseInt(seconds, 10, 64); err == nil {
			all[file] = n
		}
	}
	for _, p := range a.Of(kindTime) {
		found := changedAt{}
		for file, at := range all {
			if ok, _ := path.Match(p, file); ok {
				found[file] = at
			}
		}
		a.Know(kindTime, p, found)
	}
	return nil
}
