package playbooks

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"odooctl/inventory/nearest"
)

// rising is by how many percentage points the share of failing requests may rise, unless
// the play says otherwise.
const rising = 1.0

// settling is how long requests in flight are waited for, unless the play says otherwise.
const settling = 30 * time.Second

// Rolling says how a play goes over the hosts that it changes: batch after batch, each
// begun when the one before it is done. Hosts that are as they should be are in no batch.
type Rolling struct {
	// Serving limits it to hosts that serve and would be interrupted. The others are done
	// first, and at once; deployments that share no Odoo host have batches of their own,
	// side by side, and stop each for itself.
	Serving     bool
	Batches     []CountOrPercent // sizes in turn, of the hosts that the play changes; the last repeats
	Reverse     bool             // from the inventory's last host to its first
	Pause       time.Duration
	Manual      bool           // the operator approves each batch except the first
	MaxFailures CountOrPercent // hosts of the run whose failing stops the play; the default is 1
	Drain       time.Duration  // how long requests in flight are waited for; 0: hosts are not drained
	Bake        time.Duration  // how long nginx is watched after each batch; 0: it is not
	Max5xx      float64        // by how many percentage points its share of 5xx may rise over that before the run
	Rollback    bool           // the batch in which the play stops is put back
	RollbackRun bool           // and what the run did before it, the last play first
}

// Roll is what the operator says about the batches of every play. It takes precedence
// over the playbook.
type Roll struct {
	Batches     []CountOrPercent // nil: as the playbook says
	MaxFailures CountOrPercent   // zero: as the playbook says
	AtOnce      bool             // no play rolls
}

// AtOnce is the text of Roll.AtOnce.
const AtOnce = "all"

// ParseRoll reads what a user or a journal gives: comma-separated sizes, or AtOnce, and how
// many hosts may fail; "" = as the playbook says.
func ParseRoll(batches, failures string) (r Roll, err error) {
	r.AtOnce = batches == AtOnce
	if batches != "" && !r.AtOnce {
		for word := range strings.SplitSeq(batches, ",") {
			size, err := ParseCount(strings.TrimSpace(word))
			if err != nil {
				return r, fmt.Errorf("--batch %w", err)
			}
			r.Batches = append(r.Batches, size)
		}
	}
	if failures != "" {
		if r.MaxFailures, err = ParseCount(failures); err != nil {
			return r, fmt.Errorf("--max-failures %w", err)
		}
	}
	return r, nil
}

// Words returns the texts that ParseRoll reads.
func (r Roll) Words() (batches, failures string) {
	var sizes []string
	if r.AtOnce {
		sizes = append(sizes, AtOnce)
	}
	for _, p := range r.Batches {
		sizes = append(sizes, p.String())
	}
	if r.MaxFailures.N > 0 {
		failures = r.MaxFailures.String()
	}
	return strings.Join(sizes, ","), failures
}

// Over returns how a play rolls; nil where all its hosts are done at once.
func (r Roll) Over(play *Rolling) *Rolling {
	switch {
	case r.AtOnce:
		return nil
	case play != nil:
		p := *play
		play = &p
	case r.Batches != nil:
		play = &Rolling{MaxFailures: CountOrPercent{N: 1}}
	default:
		return nil
	}
	if r.Batches != nil {
		play.Batches = r.Batches
	}
	if r.MaxFailures.N > 0 {
		play.MaxFailures = r.MaxFailures
	}
	return play
}

// rolling reads what a play says about its batches.
func (p *parser) rolling(n *yaml.Node) *Rolling {
	r := &Rolling{MaxFailures: CountOrPercent{N: 1}, Max5xx: rising}
	watched := (*yaml.Node)(nil)
	p.mapping(n, "rolling", map[string]func(*yaml.Node){
		"serving": func(v *yaml.Node) {
			if v.Decode(&r.Serving) != nil {
				p.errorf(v, "serving is true or false")
			}
		},
		"batches":      func(v *yaml.Node) { r.Batches = p.counts(v) },
		"order":        func(v *yaml.Node) { r.Reverse = p.oneOf(v, "order", "inventory", "reverse") == "reverse" },
		"pause":        func(v *yaml.Node) { r.Pause, r.Manual = p.pause(v) },
		"max_failures": func(v *yaml.Node) { r.MaxFailures = p.count(v) },
		"drain":        func(v *yaml.Node) { r.Drain = p.drain(v) },
		"bake":         func(v *yaml.Node) { r.Bake = p.duration(v, "bake, a time such as 30s") },
		"max_5xx":      func(v *yaml.Node) { r.Max5xx, watched = p.percent(v), v },
		"on_failure": func(v *yaml.Node) {
			word := p.oneOf(v, "on_failure", "stop", "rollback", "rollback-run")
			r.Rollback, r.RollbackRun = word != "stop", word == "rollback-run"
		},
	})
	if watched != nil && r.Bake == 0 {
		p.errorf(watched, "max_5xx goes with bake, a time such as 30s")
	}
	return r
}

func (p *parser) percent(n *yaml.Node) float64 {
	share, err := parsePercent(n.Value)
	if err != nil {
		p.errorf(n, "max_5xx: %s", err)
	}
	return share
}

// counts reads one size, or a list of them.
func (p *parser) counts(n *yaml.Node) (list []CountOrPercent) {
	if n.Kind != yaml.SequenceNode {
		return []CountOrPercent{p.count(n)}
	}
	if len(n.Content) == 0 {
		p.errorf(n, "batches is empty: want sizes such as [1, 25%%, 100%%]")
	}
	for _, v := range n.Content {
		list = append(list, p.count(v))
	}
	return list
}

func (p *parser) count(n *yaml.Node) CountOrPercent {
	size, err := ParseCount(n.Value)
	if err != nil {
		p.errorf(n, "%s", err)
	}
	return size
}

// pause reads how long a play waits between two batches, or that it waits for the operator.
func (p *parser) pause(n *yaml.Node) (d time.Duration, manual bool) {
	if n.Value == "manual" {
		return 0, true
	}
	return p.duration(n, "pause, a time such as 10s or manual"), false
}

// drain reads true, false, or how long requests in flight are waited for.
func (p *parser) drain(n *yaml.Node) time.Duration {
	switch n.Value {
	case "true":
		return settling
	case "false":
		return 0
	}
	return p.duration(n, "drain, true or how long requests in flight are waited for, such as 30s")
}

func (p *parser) duration(n *yaml.Node, what string) time.Duration {
	d, err := time.ParseDuration(n.Value)
	if err != nil || d < 0 {
		p.errorf(n, "%q: want %s", n.Value, what)
	}
	return d
}

func (p *parser) oneOf(n *yaml.Node, key string, words ...string) string {
	if !slices.Contains(words, n.Value) {
		p.errorf(n, "%s: %s: want %s", key, n.Value, strings.Join(words, " or "))
	}
	return n.Value
}

// mapping gives each value of a mapping to the function of its key.
func (p *parser) mapping(n *yaml.Node, what string, keys map[string]func(*yaml.Node)) {
	names := slices.Sorted(maps.Keys(keys))
	known := strings.Join(names, ", ")
	if n.Kind != yaml.MappingNode {
		p.errorf(n, "%s is a mapping of %s", what, known)
		return
	}
	given := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch take := keys[k.Value]; {
		case take == nil:
			p.errorf(k, "unknown key %s in %s%s; there are %s", k.Value, what,
				nearest.Hint(k.Value, names), known)
		case given[k.Value]:
			p.errorf(k, "%s is given twice", k.Value)
		default:
			take(v)
		}
		given[k.Value] = true
	}
}
