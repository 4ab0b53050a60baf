package main

import (
	"github.com/spf13/cobra"

	"odooctl/playbooks/report"
)

func newSchema(u *ui) *cobra.Command {
	return &cobra.Command{
		Use: "schema inventory|playbook|plan|report|status|forward|rules|explain|tunnels|history|size|tune|dbfilter|" +
			"validate|events",
		Short: "Show the JSON Schema of inventories, playbooks and of what -o json prints",
		Long: `Show a JSON Schema (draft 2020-12). With those of inventory and playbook an editor
completes keys, explains them and marks what is wrong. The others are of what -o json
prints: plan is what plan prints, report what apply prints, status what status
prints, forward what tunnel up prints, tunnels what tunnel list and tunnel test print,
rules and explain what pg rules and pg explain print, history what history without a
RUN prints, size what size prints, tune what size --postgresql prints, dbfilter what
dbfilter prints, validate what validate prints, and events each line of what -o ndjson
prints.
Within a version of a document no key is renamed or gets another meaning.

Exit status: 0 shown, 1 there is no such schema.`,
		Args: cobra.ExactArgs(1),
		ValidArgs: []string{"inventory", "playbook", "plan", "report", "status", "forward", "rules", "explain", "tunnels",
			"history", "size", "tune", "dbfilter", "validate", "events"},
		RunE: func(c *cobra.Command, args []string) error {
			data, err := report.Schema(args[0])
			if err != nil {
				return err
			}
			u.printf("%s", data)
			return nil
		},
	}
}
