package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/playbooks/report"
	"odooctl/tasks"
)

func newPGRules(u *ui) *cobra.Command {
	var o pgOptions
	c := &cobra.Command{
		Use:   "rules [INVENTORY DEPLOYMENT]",
		Short: "List the rules of a pg_hba.conf as the server reads them, with its errors",
		Long: `List the rules of a pg_hba.conf as the server reads them, with its errors. With
-o json they have the columns of the view pg_hba_file_rules, which PostgreSQL has since
version 10, and only while it runs.

Exit status: 0 the server loads the file, 1 usage or inventory, 2 the server does not
load it, 4 the host could not be reached.`,
		Example: `odooctl pg rules mycompany
odooctl pg rules --file pg_hba.conf --pg-version 15 -o json`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error { return runPGRules(c.Context(), u, args, o) },
	}
	o.flags(c)
	return c
}

func runPGRules(ctx context.Context, u *ui, args []string, o pgOptions) error {
	a, err := u.access(ctx, args, o)
	if err != nil {
		return err
	}
	d := report.NewRulesDocument(a.host, a.path, a.file, a.ssl)
	if o.output.json() {
		if err := u.printJSON(d); err != nil {
			return err
		}
	} else {
		u.showRules(a, d)
	}
	a.warn(u)
	if !d.Loads {
		return codeError(exitFailed)
	}
	return nil
}

// showRules prints one line per rule.
func (u *ui) showRules(a *access, d *report.RulesDocument) {
	u.printf("%s\n", a.title())
	w := newTable()
	w.wraps = true
	for i, r := range d.Rules {
		sign, text := byte('.'), a.file.Records[i].String()
		if r.Error != nil || r.Type == nil {
			sign, text = 'E', strings.TrimPrefix(text+": ", "?: ")+a.file.Records[i].Error
			if r.Error != nil && r.Type != nil { // it is in the list, and matches no connection
				sign, text = '!', a.file.Records[i].String()+": "+*r.Error
			}
		}
		w.row(u.paint(sign, string(sign))+" "+a.at(r.FileName, r.LineNumber), tasks.Printable(text))
	}
	_ = w.write(u.out, u.width())
}
