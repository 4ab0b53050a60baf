package report

import (
	"odooctl/tasks/postgresql/hba"
)

// RulesDocument is a pg_hba.conf as the server reads it.
type RulesDocument struct {
	Version    int      `json:"version" jsonschema:"enum=1"`
	Host       string   `json:"host"`       // of the inventory; empty: a file of this machine
	File       string   `json:"file"`       // the first file that was read
	PostgreSQL int      `json:"postgresql"` // major version; 9 is 9.5 and 9.6
	Rules      []RuleOf `json:"rules"`      // in the server's order, those of included files at their place
	Loads      bool     `json:"loads"`      // no rule has an error for which the server refuses the whole file
}

// RuleOf is a row of pg_hba_file_rules, by the names of its columns. Values of
// secret options are ***.
type RuleOf struct {
	RuleNumber *int     `json:"rule_number" jsonschema:"nullable"` // null where there is an error, and up to 15
	FileName   string   `json:"file_name"`                         // empty up to 15
	LineNumber int      `json:"line_number"`
	Type       *string  `json:"type" jsonschema:"nullable"`
	Database   []string `json:"database" jsonschema:"nullable"`
	UserName   []string `json:"user_name" jsonschema:"nullable"`
	Address    *string  `json:"address" jsonschema:"nullable"`
	Netmask    *string  `json:"netmask" jsonschema:"nullable"`
	AuthMethod *string  `json:"auth_method" jsonschema:"nullable"`
	Options    []string `json:"options" jsonschema:"nullable"`
	Error      *string  `json:"error" jsonschema:"nullable"`
}

// ExplainDocument says which rule decides for a connection.
type ExplainDocument struct {
	Version    int          `json:"version" jsonschema:"enum=1"`
	Host       string       `json:"host"`
	File       string       `json:"file"`
	PostgreSQL int          `json:"postgresql"`
	Connection ConnectionOf `json:"connection"`
	Steps      []StepOf     `json:"steps"` // every rule up to the one that decides
	// Answer is allowed if the rule that decides asks for authentication or for nothing,
	// rejected if it rejects or if there is none, unknown if an earlier rule may decide, or
	// if the server does not load the file.
	Answer string `json:"answer" jsonschema:"enum=allowed,enum=rejected,enum=unknown"`
	Method string `json:"method"` // of the rule that decides; empty: there is none
}

// ConnectionOf is who connects, and from where.
type ConnectionOf struct {
	From     string `json:"from"` // empty: the unix socket
	User     string `json:"user"`
	Database string `json:"database"`
	SSL      bool   `json:"ssl"`
}

// StepOf is what one rule means for the connection.
type StepOf struct {
	FileName   string `json:"file_name"`
	LineNumber int    `json:"line_number"`
	Rule       string `json:"rule"`
	Verdict    string `json:"verdict" jsonschema:"enum=no match,enum=unknown,enum=match,enum=error"`
	Why        string `json:"why"`
}

// NewRulesDocument returns the rules of a file. ssl is the server's setting.
func NewRulesDocument(host, path string, f *hba.File, ssl bool) *RulesDocument {
	d := &RulesDocument{Version: documentVersion, Host: host, File: path, PostgreSQL: f.Major, Rules: []RuleOf{},
		Loads: f.Loads()}
	for _, row := range f.Rows(ssl) {
		d.Rules = append(d.Rules, RuleOf(row.Masked()))
	}
	return d
}

// NewExplainDocument returns what the file says to a connection.
func NewExplainDocument(host, path string, f *hba.File, c hba.Conn) *ExplainDocument {
	d := &ExplainDocument{
		Version: documentVersion, Host: host, File: path, PostgreSQL: f.Major,
		Connection: ConnectionOf{User: c.User, Database: c.Database, SSL: c.TLS},
		Steps:      []StepOf{}, Answer: "rejected",
	}
	if c.Address.IsValid() {
		d.Connection.From = c.Address.String()
	}
	known := f.Loads()
	for _, s := range f.Explain(c) {
		d.Steps = append(d.Steps, StepOf{s.Record.File, s.Record.Line, s.Record.String(), string(s.Verdict), s.Why})
		switch {
		case s.Verdict == hba.Perhaps:
			known = false
		case s.Verdict == hba.Matched:
			if d.Method = s.Record.Method; d.Method != "reject" {
				d.Answer = "allowed"
			}
		}
	}
	if !known {
		d.Answer = "unknown"
	}
	return d
}
