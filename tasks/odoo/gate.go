package odoo

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/page"
)

func init() {
	tasks.Register("odoo.gate", "what has to hold before a change of the host counts as done",
		func() tasks.Task { return &Gate{} })
}

// Gate tests one condition on the host after the actions on units. If it is not met in
// time, everything on the host is put back.
type Gate struct {
	HTTP    string        `yaml:"http"`    // a path that every Odoo of the host answers with a status below 400, under its server name
	Login   bool          `yaml:"login"`   // the login page of every Odoo has its form
	Chat    bool          `yaml:"chat"`    // the process for live chat answers
	Query   string        `yaml:"query"`   // SQL that succeeds in each database of the deployment, over Odoo's own connection
	Command string        `yaml:"command"` // shell that succeeds
	Unit    string        `yaml:"unit"`    // a unit that stays up for Steady
	Steady  time.Duration `yaml:"steady"`  // 0 = 10 s
	Within  time.Duration `yaml:"within"`  // 0 = 60 s
}

// Validate checks the arguments of the playbook.
func (g *Gate) Validate() error {
	asked := 0
	for _, is := range []bool{g.HTTP != "", g.Login, g.Chat, g.Query != "", g.Command != "", g.Unit != ""} {
		if is {
			asked++
		}
	}
	switch {
	case asked != 1:
		return errors.New("a gate asks one of http, login, chat, query, command and unit")
	case g.HTTP != "" && (g.HTTP[0] != '/' ||
		strings.ContainsFunc(g.HTTP, func(r rune) bool { return r <= ' ' || r == '\'' || r > '~' })):
		return fmt.Errorf("gate: http %q: want a path such as /web/health", g.HTTP)
	case g.Unit != "" && strings.ContainsAny(g.Unit, "' \t\n"):
		return fmt.Errorf("gate: %q is not a unit name", g.Unit)
	case g.Steady != 0 && g.Unit == "":
		return errors.New("gate: steady goes with unit")
	case g.Within < 0 || g.Steady < 0:
		return errors.New("gate: want a time above 0")
	}
	return nil
}

// Plan implements tasks.Task.
func (g *Gate) Plan(h *tasks.Host) error {
	switch {
	case g.Command != "":
		g.ask(h, g.Command, g.Command)
		return nil
	case g.Unit != "":
		steady := cmp.Or(seconds(g.Steady), 10)
		g.ask(h, fmt.Sprintf("%s stays up for %d s", g.Unit, steady), tasks.StaysUp(g.Unit, steady))
		return nil
	}
	for _, i := range Instances(h) {
		if err := g.askOdoo(h, i); err != nil {
			return err
		}
	}
	return nil
}

func (g *Gate) askOdoo(h *tasks.Host, i Instance) error {
	if ok, err := ready(h, i.Deployment); !ok {
		return err
	}
	major, err := Major(h, i.Deployment)
	if err != nil {
		return err
	}
	count, err := ProcessesOf(h, i.Deployment)
	if err != nil {
		return err
	}
	port, chat := i.Odoo.Ports()
	switch {
	case g.HTTP != "":
		g.ask(h, fmt.Sprintf("%s of %s answers", g.HTTP, i.Name), i.answers(h, question{i.Unit, port, health{"GET", g.HTTP}}))
	case g.Login:
		g.ask(h, "the login page of "+i.Name+" has its form", i.serves(h, i.Unit, port, major))
	case g.Chat:
		unit := i.Unit
		if count.Chat() {
			port = chat
			if i.Odoo.Runs() == inventory.ModeWSGI {
				unit = i.beside("chat")
			}
		}
		g.ask(h, "live chat of "+i.Name+" answers", i.answers(h, question{unit, port, i.chatHealth(h, major)}))
	case g.Query != "":
		for _, db := range i.Odoo.Databases {
			g.ask(h, fmt.Sprintf("database %s of %s answers %q", db, i.Name, g.Query),
				i.works(major, "query", i.Config, db, g.Query))
		}
	}
	return nil
}

func (g *Gate) ask(h *tasks.Host, title, shell string) {
	h.Gate(tasks.Gate{Title: title, Run: shell, Within: cmp.Or(seconds(g.Within), 60+seconds(g.Steady))})
}

// seconds rounds up.
func seconds(d time.Duration) int { return int((d + time.Second - 1).Seconds()) }

// serves is shell that succeeds if the login page of the Odoo has its form, or, where no name
// shows a database, if it answers: without one there is no login page.
func (i Instance) serves(h *tasks.Host, unit string, port, major int) string {
	name, shows := i.hostName(h)
	if !shows {
		return i.answers(h, question{unit, port, healthOf(major)})
	}
	return page.Ask("shows", name, "127.0.0.1 "+h.Address, strconv.Itoa(port), "/web/login", `name="login"`)
}
