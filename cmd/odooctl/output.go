package main

import (
	"bytes"
	"encoding/json"

	"github.com/spf13/cobra"

	"odooctl/playbooks/report"
)

// output is the form of results on standard output: text for people, json for
// programs. It is a flag of every verb whose results have both.
type output string

// Some verbs have further forms.
func (o *output) flags(c *cobra.Command, more ...string) {
	*o = "text"
	forms := append([]string{"text", "json"}, more...)
	c.Flags().VarP(&choice{(*string)(o), forms}, "output", "o", "`format` of the result: "+or(forms))
}

// json reports whether the result is for a program.
func (o output) json() bool { return o == "json" || o == junit }

// The forms that some verbs have, too: junit is for CI systems, ndjson a line for each thing that
// happens, as it happens.
const (
	junit  = "junit"
	ndjson = "ndjson"
)

// streams begins to tell programs what happens, if they want to hear it.
func (u *ui) streams(form output) {
	if form == ndjson {
		u.shows.stream(u.out, isTerm(u.files[0]))
	}
}

// printDocument writes a result that has hosts, for a program.
func (u *ui) printDocument(form output, d interface{ Suite() *report.Suite }) error {
	if form != junit {
		return u.printJSON(d)
	}
	data, err := d.Suite().XML()
	if err == nil {
		_, err = u.out.Write(data)
	}
	return err
}

// showing is where the text goes that a person reads before the result: to standard
// output with it or, where the result is for a program, to standard error.
func (u *ui) showing(form output) *ui {
	if form == "text" {
		return u
	}
	return &ui{in: u.in, out: u.err, err: u.err, env: u.env, files: u.files, global: u.global, log: u.log, shows: u.shows}
}

// printJSON writes a result for a program.
func (u *ui) printJSON(v any) error {
	var b bytes.Buffer
	w := json.NewEncoder(&b)
	w.SetEscapeHTML(false)
	w.SetIndent("", "  ")
	if err := w.Encode(v); err != nil {
		return err
	}
	return writeJSON(u.out, b.Bytes())
}
