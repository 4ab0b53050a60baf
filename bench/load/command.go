package load

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// Command is odooload: it reads args, lets the users work until ctx ends, says on stderr that they have begun, and
// prints on stdout what they noticed. The tests of the lab run it in network namespaces.
func Command(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("odooload", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var site Site
	mix := Mix{Now: time.Now, Begun: func() { fmt.Fprintln(stderr, Begun) }}
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
	report, err := Run(ctx, site, mix)
	if *asJSON {
		if encoded := json.NewEncoder(stdout).Encode(report); err == nil {
			err = encoded
		}
	} else {
		fmt.Fprint(stdout, report)
	}
	return err
}

// Begun is the line that Command prints when its users are logged in and at work.
const Begun = "odooload: the users are at work"
