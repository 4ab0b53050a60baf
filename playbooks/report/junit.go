package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"strings"

	"odooctl/playbooks/journal"
	"odooctl/tasks"
)

// This file has results in the form of JUnit's reports, as GitLab, Jenkins and others show
// them: a case for each host. A host that differs from the inventory is a failure, one that
// could not be asked an error.

// Suite is a report, with a case for each host.
type Suite struct {
	XMLName  xml.Name `xml:"testsuite"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Time     string   `xml:"time,attr"` // in seconds
	Cases    []Case   `xml:"testcase"`
	seconds  float64
}

// Case is one host.
type Case struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Time    string   `xml:"time,attr"`
	Failure *Finding `xml:"failure"`
	Error   *Finding `xml:"error"`
	Skipped *Finding `xml:"skipped"`
}

// Finding is what keeps a case from being as it should.
type Finding struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

// XML is the report as a file.
func (s *Suite) XML() ([]byte, error) {
	s.Time = fmt.Sprintf("%.3f", s.seconds)
	data, err := xml.MarshalIndent(struct {
		XMLName xml.Name `xml:"testsuites"`
		Suite   *Suite
	}{Suite: s}, "", "  ")
	return append([]byte(xml.Header), append(data, '\n')...), err
}

// add adds the case of a host, with what was found; text has more of it.
func (s *Suite) add(host string, seconds float64, state journal.State, kind, message, text string) {
	c := Case{Class: s.Name, Name: host, Time: fmt.Sprintf("%.3f", seconds)}
	f := &Finding{kind, message, text}
	switch {
	case message == "":
	case state == journal.Skipped:
		f.Type, c.Skipped = "", f
		s.Skipped++
	case state == journal.Unreachable || state == journal.Locked || state == journal.Unknown:
		c.Error = f
		s.Errors++
	default:
		c.Failure = f
		s.Failures++
	}
	s.Tests++
	s.seconds += seconds
	s.Cases = append(s.Cases, c)
}

// wrong adds the case of a host of which not all was done; false if all was.
func (s *Suite) wrong(host string, seconds float64, state journal.State, err *DocumentError) bool {
	if err == nil {
		return false
	}
	message, _, _ := strings.Cut(err.Message, "\n")
	s.add(host, seconds, state, err.Kind, cmp.Or(message, string(state)), err.Message)
	return true
}

// Suite is the plan in JUnit's form: what would change is a failure.
func (d *PlanDocument) Suite() *Suite {
	s := &Suite{Name: "odooctl plan"}
	for _, h := range d.Hosts {
		if s.wrong(h.Host, 0, h.State, h.Error) {
			continue
		}
		var b strings.Builder
		for _, c := range h.Changes {
			sign := map[string]string{"create": "+", "update": "~", "delete": "-"}[c.Action]
			fmt.Fprintf(&b, "%s %s %s: %s\n%s", sign, c.Kind, c.Name, c.Summary, c.Diff)
		}
		for _, c := range h.Commands {
			fmt.Fprintf(&b, "? %s\n", c.Title)
		}
		for _, a := range h.Actions {
			fmt.Fprintf(&b, "! %s %s: %s\n", a.Verb, a.Unit, strings.Join(a.Why, "; "))
		}
		s.add(h.Host, 0, h.State, "drift", drift(len(h.Changes)+len(h.Commands), len(h.Actions)), b.String())
	}
	return s
}

// drift says how far a host is from the inventory; "" if it is as that says.
func drift(changes, actions int) string {
	switch {
	case changes > 0:
		return tasks.Plural(changes, "change") + " pending"
	case actions > 0:
		return tasks.Plural(actions, "action") + " pending"
	}
	return ""
}

// Suite is the report in JUnit's form: a host on which not all was done is a failure.
func (d *ReportDocument) Suite() *Suite {
	s := &Suite{Name: "odooctl apply"}
	for _, h := range d.Hosts {
		if !s.wrong(h.Host, h.Seconds, h.State, h.Error) {
			s.add(h.Host, h.Seconds, h.State, "", "", "")
		}
	}
	return s
}

// Suite is the status in JUnit's form: what differs from the inventory, or from what is on
// the host's disk, is a failure, and so is a certificate that browsers refuse.
func (d *StatusDocument) Suite() *Suite {
	s := &Suite{Name: "odooctl status"}
	for _, h := range d.Hosts {
		if s.wrong(h.Host, 0, h.State, h.Error) {
			continue
		}
		found := append([]string{}, h.Drift...)
		if h.Well == "down" {
			found = append([]string{"a service does not run"}, found...)
		}
		if h.Pending > 0 {
			found = append([]string{drift(h.Pending, 0)}, found...)
		}
		for _, e := range h.Expires {
			if e.Standing == "expired" || e.Standing == "not yet valid" {
				found = append(found, fmt.Sprintf("%s: %s is %s", e.File, e.What, e.Standing))
			}
		}
		message := ""
		if len(found) > 0 {
			message = found[0]
		}
		s.add(h.Host, 0, h.State, "drift", message, strings.Join(found, "\n"))
	}
	return s
}
