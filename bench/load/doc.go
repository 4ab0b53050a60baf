// Package load is users of an Odoo behind nginx, as many as asked for: they read pages, log in, read and create
// records, wait for messages, and tell what they noticed while something was done to the servers. Its command is
// odooload:
//
//	mix := load.Mix{Pages: 2, Fresh: 2, Statics: 2, Users: 4, Polls: 50, Pace: 200 * time.Millisecond}
//	report, err := load.Run(ctx, site, mix) // until ctx ends
//	fmt.Print(report)
//
// A request is lost when it got neither an answer nor the maintenance page. A wait for messages that breaks is begun
// again, as Odoo's own client does, and counted apart; who stays without one, and without the page, for as long as a
// user waits for an answer, is lost.
package load
