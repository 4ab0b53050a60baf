// Command odooload is users of an Odoo behind nginx, until it is interrupted, and prints what they noticed:
//
//	odooload -name odoo.example.com -address 198.18.1.21 -login admin -password-file admin -users 4 -polls 50
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"odooctl/bench/load"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "odooload:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("odooload", flag.ContinueOnError)
	var site load.Site
	mix := load.Mix{Now: time.Now}
	flags.StringVar(&site.Name, "name", "", "server name of the site")
	flags.StringVar(&site.Address, "address", "", "IP address of its nginx")
	flags.StringVar(&site.Login, "login", "admin", "who logs in")
	flags.StringVar(&site.Static, "static", "", "path of a file that is read")
	flags.StringVar(&site.Mark, "mark", fmt.Sprintf("odooload %d", os.Getpid()), "name of the partners that are created")
	password := flags.String("password-file", "", "file with the password")
	flags.IntVar(&mix.Pages, "pages", 2, "users who read the login page")
	flags.IntVar(&mix.Fresh, "fresh", 2, "users who do so over a new connection each time")
	flags.IntVar(&mix.Statics, "statics", 2, "users who read a file")
	flags.IntVar(&mix.Users, "users", 2, "users who are logged in")
	flags.IntVar(&mix.Polls, "polls", 0, "users who wait for messages by long polling (Odoo up to 15)")
	flags.IntVar(&mix.Sockets, "websockets", 0, "users who wait for messages by a websocket (Odoo from 16 on)")
	flags.DurationVar(&mix.Pace, "pace", 200*time.Millisecond, "time between two requests of one user")
	last := flags.Duration("for", 0, "how long; 0: until it is interrupted")
	asJSON := flags.Bool("json", false, "print JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *password != "" {
		text, err := os.ReadFile(*password)
		if err != nil {
			return err
		}
		site.Password = strings.TrimSpace(string(text))
	}
	if *last > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *last)
		defer cancel()
	}
	report, err := load.Run(ctx, site, mix)
	if *asJSON {
		if encoded := json.NewEncoder(stdout).Encode(report); err == nil {
			err = encoded
		}
	} else {
		fmt.Fprint(stdout, report)
	}
	return err
}
