package main

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"
)

// output is the form of results on standard output: text for people, json for
// programs. It is a flag of every verb whose results have both.
type output string

func (o *output) flags(c *cobra.Command) {
	*o = "text"
	c.Flags().VarP(o, "output", "o", "`format` of the result: text or json")
}

// json reports whether the result is for a program.
func (o output) json() bool { return o == "json" }

// streamed is the flag of verbs that can also tell what happens while they work.
type streamed struct{ *output }

func (o *output) streamFlags(c *cobra.Command) {
	*o = "text"
	c.Flags().VarP(streamed{o}, "output", "o", "`format` of the result: text, json, or ndjson, a line for each thing "+
		"that happens, as it happens")
}

// Set implements pflag.Value.
func (s streamed) Set(format string) error {
	if format == "ndjson" {
		*s.output = "ndjson"
		return nil
	}
	if s.output.Set(format) != nil {
		return errors.New("want text, json or ndjson")
	}
	return nil
}

// streams begins to tell programs what happens, if they want to hear it.
func (u *ui) streams(form output) {
	if form == "ndjson" {
		u.shows.stream(u.out, isTerm(u.files[0]))
	}
}

// Set implements pflag.Value, as do String and Type.
func (o *output) Set(format string) error {
	if format != "text" && format != "json" {
		return errors.New("want text or json")
	}
	*o = output(format)
	return nil
}

func (o *output) String() string { return string(*o) }
func (o *output) Type() string   { return "string" }

// showing is where the text goes that a person reads before the result: to standard
// output with it or, where the result is for a program, to standard error.
func (u *ui) showing(form output) *ui {
	if form == "text" {
		return u
	}
	return &ui{in: u.in, out: u.err, err: u.err, env: u.env, files: u.files, shows: u.shows}
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
