package run

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
)

// fewest is how many requests have to be seen before their errors say anything.
const fewest = 10

// watch notes what nginx answered before the run, for the plays that compare it with what
// nginx answers after each batch. A play whose nginx cannot be asked does not begin.
func (r *Run) watch(ctx context.Context, s *schedule) bool {
	for b := range s.rolling {
		if b.rolling.Bake == 0 || len(b.batches) == 0 || r.traffic[b.key()] != nil {
			continue
		}
		before, _, err := r.look(ctx, slices.Concat(b.batches...), func(_ string, deployments []string) string {
			return nginx.Recent("", deployments, b.rolling.Bake)
		})
		if err != nil {
			b.err = b.stop("%w", err)
			continue
		}
		r.traffic[b.key()] = before
	}
	return true
}

// bake watches what nginx answers for some time after a batch. The error is for a
// share of failing requests that rose too far, and for an nginx that cannot be asked.
func (r *Run) bake(ctx context.Context, b *roll) error {
	if b.rolling.Bake == 0 || ctx.Err() != nil {
		return nil
	}
	hosts := b.batches[b.open]
	_, marks, err := r.look(ctx, hosts, func(_ string, deployments []string) string {
		return nginx.Recent("", deployments, time.Second)
	})
	if err != nil {
		return b.stop("%w", err)
	}
	if len(marks) == 0 {
		r.say("", b.title()+": no nginx of the inventory passes requests to it, none are watched")
		return nil
	}
	end := r.step("", fmt.Sprintf("%s: watching its requests for %s", b.title(), b.rolling.Bake))
	err = r.opts.Sleep(ctx, b.rolling.Bake)
	end()
	if err != nil {
		return nil // between finds that it is interrupted
	}
	now, _, err := r.look(ctx, hosts, func(web string, _ []string) string { return nginx.Since("", marks[web]) })
	if err != nil {
		return b.stop("%w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(now)) {
		text, ok := judge(r.traffic[b.key()][name], now[name], b.rolling.Max5xx)
		r.say("", fmt.Sprintf("%s: %s: %s", b.title(), name, text))
		if !ok {
			return b.stop("nginx of %s answered %s", name, text)
		}
	}
	return nil
}

// judge compares the answers before the run with those after a batch. A single error
// proves nothing, and neither do a few requests.
func judge(before, now nginx.Count, most float64) (text string, ok bool) {
	text = fmt.Sprintf("5xx to %d of %s", now.Errors, tasks.Plural(now.Requests, "request"))
	if now.Requests < fewest {
		return text + ": too few requests to judge", true
	}
	rate := 0.0
	if before.Requests >= fewest {
		rate = before.Rate()
	}
	text += fmt.Sprintf(", %.1f%% after %.1f%% before the run", now.Rate(), rate)
	if now.Errors > 1 && now.Rate()-rate > most {
		return text + fmt.Sprintf(", and max_5xx is %s", percent(most)), false
	}
	return text, true
}

// unwell notes that the hosts of a batch are not as well as they should be.
func (r *Run) unwell(hosts []string, err error) {
	for _, name := range hosts {
		r.note(name, func(o *Outcome) {
			if !o.Bad() {
				o.State, o.Err = journal.Failed, fmt.Errorf("%s: changed, but %w", name, err)
			}
		})
		r.hostGoesOn(name)
	}
}

// look asks every nginx in front of some hosts, all at once and in one call each. It
// returns the counts of answers by deployment, and how far the logs were read by nginx
// host.
func (r *Run) look(
	ctx context.Context, hosts []string, script func(web string, deployments []string) string,
) (map[string]nginx.Count, map[string][]nginx.Mark, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	counts, marks := map[string]nginx.Count{}, map[string][]nginx.Mark{}
	var mu sync.Mutex
	var first error
	webs := r.inFront(hosts)
	each(r.opts.Forks, slices.Sorted(maps.Keys(webs)), func(web string) {
		m, c, err := r.lookAt(ctx, web, script(web, webs[web]))
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			first = fmt.Errorf("%s: what its nginx answers cannot be watched: %w", web, err)
			return
		}
		marks[web] = m
		for i := range m {
			counts[m[i].Deployment] = counts[m[i].Deployment].Plus(c[i])
		}
	})
	return counts, marks, first
}

func (r *Run) lookAt(ctx context.Context, web, script string) ([]nginx.Mark, []nginx.Count, error) {
	sh, err := r.shell(ctx, r.inv.Host(web))
	if err != nil {
		return nil, nil, err
	}
	turn := r.turn(web)
	turn.Lock()
	defer turn.Unlock()
	res, err := sh.Run(ctx, script, nil)
	if err == nil && res.Code != 0 {
		err = fmt.Errorf("exit %d: %s", res.Code, r.tail(string(res.Stderr)))
	}
	if err != nil {
		return nil, nil, err
	}
	return nginx.ParseTraffic(string(res.Stdout))
}

// inFront lists the nginx hosts of the deployments that the hosts are in, with these
// deployments.
func (r *Run) inFront(hosts []string) map[string][]string {
	webs := map[string][]string{}
	for _, d := range r.inv.Deployments {
		if d.Nginx == nil || !slices.ContainsFunc(d.Hosts(), func(h *inventory.Host) bool {
			return slices.Contains(hosts, h.Name)
		}) {
			continue
		}
		for _, web := range d.Nginx.Hosts {
			webs[web.Name] = append(webs[web.Name], d.Name)
		}
	}
	return webs
}

func percent(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) + "%" }
