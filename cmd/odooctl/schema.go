package main

import (
	"strings"

	"github.com/spf13/cobra"

	"odooctl/playbooks/report"
)

func newSchema(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:   "schema " + strings.Join(report.Documents(), "|"),
		Short: "Show the JSON Schema of inventories, playbooks and of what -o json prints",
		Long: `Show a JSON Schema (draft 2020-12). With those of inventory and playbook an editor
completes keys, explains them and marks what is wrong. The others are of what -o json
prints: plan, status, validate, size, dbfilter and graph of the verb of that name, report
of apply, forward of tunnel up, tunnels of tunnel list and tunnel test, lines of explain,
rules and explain of pg, history of history without a RUN, run of history with one, keys
of trust, tune of size --postgresql, events of each line of -o ndjson. Within a version of
a document no key is renamed or gets another meaning.`,
		Example: `odooctl schema plan
odooctl schema report > report.schema.json`,
		Args:      cobra.ExactArgs(1),
		ValidArgs: report.Documents(),
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
