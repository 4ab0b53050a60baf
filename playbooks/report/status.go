package report

import (
	"time"

	"odooctl/playbooks/journal"
	"odooctl/playbooks/run"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
	"odooctl/tasks/odoo"
	"odooctl/tasks/postgresql"
	"odooctl/tasks/tunnel"
)

// StatusDocument is what every host and deployment looks like, compared with the inventory.
type StatusDocument struct {
	Version     int            `json:"version" jsonschema:"enum=1"`
	Run         string         `json:"run"`
	Hosts       []StatusOfHost `json:"hosts"` // in the inventory's order
	Deployments []DeploymentOf `json:"deployments"`
	Unfinished  []UnfinishedOf `json:"unfinished"` // runs that were cut short or failed, the newest first
	Totals      StatusTotals   `json:"totals"`
}

// StatusOfHost is what one host looks like.
type StatusOfHost struct {
	Host       string         `json:"host"`
	State      journal.State  `json:"state"`          // ok where it could be read
	Well       string         `json:"well"`           // up, drained, down, or the state
	CPUs       int            `json:"cpus,omitempty"` // not there where the host could not be read
	Load       *float64       `json:"load,omitempty"` // the mean of the last minute
	Pending    int            `json:"pending"`        // things that apply would make, change or run
	Runs       []string       `json:"runs"`           // such as Odoo 14.0
	Odoo       []OdooOf       `json:"odoo"`
	PostgreSQL []PostgreSQLOf `json:"postgresql"`
	Nginx      *NginxOf       `json:"nginx,omitempty"`
	Tunnels    []TunnelEnd    `json:"tunnels"` // that start here
	Drift      []string       `json:"drift"`   // what runs is not what is on disk
	Expires    []ExpiryOf     `json:"expires"` // certificates on the host
	Out        []OutOf        `json:"out_of_service"`
	Error      *DocumentError `json:"error,omitempty"`
}

// ServiceOf is a unit, and how it is.
type ServiceOf struct {
	Unit  string     `json:"unit"`
	State string     `json:"state" jsonschema:"enum=running,enum=starting,enum=failed,enum=restarting,enum=stopped,enum=missing"`
	Since *time.Time `json:"since,omitempty"`
	Exit  string     `json:"exit,omitempty"`  // how one ended that failed: exit 1, signal, timeout, at its start
	Count int        `json:"count,omitempty"` // how often systemd has started it again by itself
	Says  string     `json:"says,omitempty"`  // the last that one said that failed
}

// OdooOf is a service of a deployment's Odoo.
type OdooOf struct {
	ServiceOf
	Deployment string `json:"deployment"`
	Does       string `json:"does,omitempty"` // scheduled jobs, live chat; left out: all else
	Series     string `json:"series,omitempty"`
	Source     string `json:"source,omitempty"` // the revision that it runs from
	Mode       string `json:"mode" jsonschema:"enum=multiprocess,enum=threaded,enum=wsgi"`
	Workers    int    `json:"workers,omitempty"` // for HTTP
	Busy       *int   `json:"busy,omitempty"`    // requests that are at work, or wait for a worker
}

// PostgreSQLOf is a server, and its clients.
type PostgreSQLOf struct {
	ServiceOf
	Cluster     string   `json:"cluster"` // 15/main
	Deployments []string `json:"deployments"`
	Port        int      `json:"port,omitempty"`
	Connections int      `json:"connections"`
	Most        int      `json:"max_connections,omitempty"`
}

// NginxOf is the nginx of a host.
type NginxOf struct {
	ServiceOf
	Release string `json:"release,omitempty"`
}

// TunnelEnd is the near end of a deployment's tunnel to its database host, and what is behind it.
type TunnelEnd struct {
	ServiceOf
	Deployment string `json:"deployment"`
	To         string `json:"to"`
	Proof      string `json:"proof,omitempty"` // ok, or what is wrong; see odooctl tunnel test
	Text       string `json:"text,omitempty"`
}

// DeploymentOf is what users of a deployment find.
type DeploymentOf struct {
	Deployment string   `json:"deployment"`
	State      string   `json:"state" jsonschema:"enum=serving,enum=partly,enum=maintenance,enum=down,enum=not set up,enum=unknown"`
	Serving    []string `json:"serving"` // Odoo hosts that run and get requests
	Down       []string `json:"down"`    // such as PostgreSQL on db1
	Out        []OutOf  `json:"out_of_service"`
}

// UnfinishedOf is a run that has not done all that it should, and the command that goes on.
type UnfinishedOf struct {
	Run  string `json:"run"`
	Next string `json:"next"`
}

// OutOf is an Odoo host that gets no requests from an nginx, or whose spare gets them, or a
// maintenance page there.
type OutOf struct {
	Deployment string     `json:"deployment"`
	Host       string     `json:"host,omitempty"`  // without: the maintenance page is shown
	Spare      bool       `json:"spare,omitempty"` // its spare Odoo gets the requests
	Since      *time.Time `json:"since,omitempty"` // the last three where nginx's file says it
	Who        string     `json:"who,omitempty"`
	Run        string     `json:"run,omitempty"` // of whose work it is part, and which ends it
	Next       string     `json:"next"`          // the command that brings it back
}

// ExpiryOf is a certificate, and until when it is valid. It is due in the last third
// of its life.
type ExpiryOf struct {
	What     string    `json:"what"`
	File     string    `json:"file"` // path on the host
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	Standing string    `json:"standing" jsonschema:"enum=valid,enum=due,enum=expired,enum=not yet valid"`
}

// StatusTotals counts over all hosts.
type StatusTotals struct {
	Hosts   int `json:"hosts"`
	Pending int `json:"pending"`
	Failed  int `json:"failed"` // hosts that could not be read or planned
	Down    int `json:"down"`   // hosts on which a service does not run
}

// NewStatusDocument returns what every host of a run looks like, and what was left unfinished.
func NewStatusDocument(r *run.Run, hosts []run.Status, unfinished []*journal.Record) *StatusDocument {
	d := &StatusDocument{Version: documentVersion, Run: r.ID}
	outcomes := map[string]run.Outcome{}
	for _, o := range r.Report().Outcomes {
		outcomes[o.Host] = o
	}
	deployments := r.Deployments(hosts)
	d.Hosts = convert(hosts, func(s run.Status) StatusOfHost {
		h := statusOf(s)
		h.Well, h.Error = run.Well(s, deployments), documentError(outcomes[s.Host])
		d.Totals.Hosts++
		d.Totals.Pending += s.Pending
		if h.Error != nil {
			d.Totals.Failed++
		}
		if len(s.Down()) > 0 {
			d.Totals.Down++
		}
		return h
	})
	d.Deployments = convert(deployments, func(is run.Deployment) DeploymentOf {
		return DeploymentOf{is.Name, string(is.State), append([]string{}, is.Hosts...), append([]string{}, is.Down...),
			convert(is.Out, outOf)}
	})
	d.Unfinished = convert(unfinished, func(r *journal.Record) UnfinishedOf {
		return UnfinishedOf{r.ID, "odooctl resume " + r.ID}
	})
	return d
}

func statusOf(s run.Status) StatusOfHost {
	h := StatusOfHost{Host: s.Host, State: s.State, CPUs: s.CPUs, Pending: s.Pending,
		Runs: append([]string{}, s.Runs()...), Drift: append([]string{}, s.Drift()...), Out: convert(s.Out, outOf)}
	if s.Load >= 0 {
		h.Load = &s.Load
	}
	h.Odoo = convert(s.Odoo, func(o odoo.Watched) OdooOf {
		of := OdooOf{ServiceOf: serviceOf(o.Service), Deployment: o.Deployment, Does: o.Does, Series: o.Version,
			Source: o.Source, Mode: string(o.Mode), Workers: o.Workers}
		if o.Busy >= 0 {
			of.Busy = &o.Busy
		}
		return of
	})
	h.PostgreSQL = convert(s.PostgreSQL, func(p postgresql.Watched) PostgreSQLOf {
		return PostgreSQLOf{serviceOf(p.Service), p.Cluster, p.Deployments, p.Port, p.Connections, p.Most}
	})
	if s.Nginx != nil {
		h.Nginx = &NginxOf{serviceOf(s.Nginx.Service), s.Nginx.Version}
	}
	h.Tunnels = convert(s.Tunnels, func(t tunnel.Watched) TunnelEnd {
		return TunnelEnd{serviceOf(t.Service), t.Deployment, t.To, string(t.Word), t.Text}
	})
	h.Expires = convert(s.Expires, func(e run.Expiry) ExpiryOf {
		return ExpiryOf{e.What, e.File, e.From.UTC(), e.Until.UTC(), string(e.Standing)}
	})
	return h
}

func serviceOf(s tasks.Service) ServiceOf {
	of := ServiceOf{Unit: s.Unit, State: string(s.Condition), Exit: s.Exit, Count: s.Count, Says: s.Says}
	if !s.Since.IsZero() {
		of.Since = &s.Since
	}
	return of
}

func outOf(o nginx.Out) OutOf {
	out := OutOf{Deployment: o.Deployment, Host: o.Host, Spare: o.Spare, Who: o.Note.Who, Run: o.Note.Run, Next: o.Next()}
	if !o.Note.Since.IsZero() {
		out.Since = &o.Note.Since
	}
	return out
}
