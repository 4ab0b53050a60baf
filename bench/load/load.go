package load

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"sync"
	"time"
)

// Site is what the users ask.
type Site struct {
	Name            string // its server name
	Address         string // the IP address of the nginx, which no name server has to know
	Login, Password string // of somebody who may create partners
	Static          string // path of a file; one that every Odoo has, where it is ""
	Mark            string // the name of the partners that are created, and removed in the end
}

// Mix is how many users there are of each kind, and how often each asks.
type Mix struct {
	Pages   int           // read the login page, over connections that are kept
	Fresh   int           // read it over a new connection each time
	Statics int           // read a file
	Users   int           // are logged in, and read and create records in turn
	Polls   int           // wait for messages by long polling (Odoo up to 15)
	Sockets int           // wait for messages by a websocket (from 16 on)
	Pace    time.Duration // between two requests of one user
	Answer  time.Duration // how long a user waits for an answer; 30 s where it is 0
	Now     func() time.Time
	Begun   func() // is called when the users are logged in and at work; nil: none
}

// Run lets the users work until ctx ends, and then reads back what they created. The error says why they could not
// begin, or what was created could not be read back; the report holds what was noticed until then.
func Run(ctx context.Context, site Site, mix Mix) (Report, error) {
	if site.Static == "" {
		site.Static = "/base/static/description/icon.png"
	}
	if mix.Answer == 0 {
		mix.Answer = 30 * time.Second
	}
	c := &crowd{site: site, mix: mix}
	users, err := c.logIn(ctx)
	if err != nil {
		return Report{}, err
	}
	c.each("pages", mix.Pages, func() request { return site.page(site.client(true)) })
	c.each("fresh", mix.Fresh, func() request { return site.page(site.client(false)) })
	c.each("static", mix.Statics, func() request { return site.static(site.client(true)) })
	reads, creates := c.tally("reads"), c.tally("creates")
	for _, u := range users {
		c.work = append(c.work,
			func(ctx context.Context) { c.paced(ctx, reads, u.read) },
			func(ctx context.Context) { c.paced(ctx, creates, u.create) })
	}
	c.wait("polls", mix.Polls, c.poll)
	c.wait("websockets", mix.Sockets, c.socket)

	var wg sync.WaitGroup
	for _, work := range c.work {
		wg.Go(func() { work(ctx) })
	}
	if mix.Begun != nil {
		mix.Begun()
	}
	wg.Wait()
	return c.end(context.WithoutCancel(ctx), users)
}

// request is one of a user's requests.
type request = func(context.Context) error

// crowd is all users of one site.
type crowd struct {
	site    Site
	mix     Mix
	tallies []*tally
	work    []func(context.Context) // of each user, until ctx ends
}

func (c *crowd) tally(kind string) *tally {
	t := newTally(kind, c.mix.Now)
	c.tallies = append(c.tallies, t)
	return t
}

// each adds users who make the same request again and again.
func (c *crowd) each(kind string, count int, newRequest func() request) {
	t := c.tally(kind)
	for range count {
		ask := newRequest()
		c.work = append(c.work, func(ctx context.Context) { c.paced(ctx, t, ask) })
	}
}

// paced makes a request at the users' pace until ctx ends.
func (c *crowd) paced(ctx context.Context, t *tally, ask request) {
	tick := time.NewTicker(c.mix.Pace)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		t.ask(ctx, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, c.mix.Answer)
			defer cancel()
			return ask(ctx)
		})
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// logIn logs the users in, one after the other: nginx allows few logins at once.
func (c *crowd) logIn(ctx context.Context) ([]*user, error) {
	var users []*user
	for range c.mix.Users {
		u := &user{site: c.site, client: c.site.client(true)}
		if err := c.site.login(ctx, u.client); err != nil {
			return nil, fmt.Errorf("log in as %s: %w", c.site.Login, err)
		}
		users = append(users, u)
	}
	return users, nil
}

// end counts what was noticed, and what is missing.
func (c *crowd) end(ctx context.Context, users []*user) (Report, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	var r Report
	for _, t := range c.tallies {
		if count := t.end(); count.Sent > 0 {
			r.Kinds = append(r.Kinds, count)
		}
	}
	var created []int
	for _, u := range users {
		created = append(created, u.created...)
		r.SessionsEnded += u.ended
	}
	r.Created = len(created)
	if r.Created == 0 {
		return r, nil
	}
	again := c.site.client(true)
	err := c.site.login(ctx, again)
	if err == nil {
		r.Missing, err = c.site.missing(ctx, again, created)
	}
	return r, err
}

// client is a browser: it keeps cookies, and takes the site's name for its address. A certificate has to be good for
// the name, whoever signed it.
func (s Site) client(keep bool) *http.Client {
	jar, _ := cookiejar.New(nil) // never fails
	return &http.Client{Jar: jar, Transport: &http.Transport{
		DisableKeepAlives: !keep,
		DialContext: func(ctx context.Context, network, host string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(host)
			if err != nil {
				return nil, err
			}
			return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(s.Address, port))
		},
		TLSClientConfig: &tls.Config{
			InsecureSkipVerify: true,
			VerifyConnection: func(state tls.ConnectionState) error {
				return state.PeerCertificates[0].VerifyHostname(state.ServerName)
			},
		},
	}}
}
