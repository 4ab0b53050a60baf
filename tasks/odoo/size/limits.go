package size

import (
	"fmt"
	"strconv"

	"odooctl/tasks/odoo/conf"
	"odooctl/tasks/odoo/version"
)

// The guide's sample, made for Odoo 10 and 11, and today's values. Both limits apply to
// virtual memory, of which later versions use more for the same work: Odoo's own
// defaults are the minimum that works for them. The hard limit is inherited by the
// program that prints PDFs.
const (
	sampleSoft = 629145600
	sampleHard = 1677721600
	floorSoft  = 2048 << 20
	floorHard  = 2560 << 20
)

// sampleRequests is the guide's limit_request.
const sampleRequests = 8192

// ownRequests is the limit_request that a major takes without a setting.
func ownRequests(major int) int64 {
	o, _ := conf.Lookup(Requests)
	n, err := strconv.ParseInt(o.DefaultIn(major), 10, 64)
	if err != nil {
		return sampleRequests
	}
	return n
}

func (s *sizer) memory() {
	soft, hard := Option{Name: Soft, Value: sampleSoft,
		Why: "the guide's sample: a process above it ends after its request"}, Option{Name: Hard, Value: sampleHard,
		Why: "the guide's sample: above it a process gets no more memory"}
	leastSoft, leastHard := int64(sampleSoft), int64(sampleHard)
	if !version.Of(s.Major).GuideMemory {
		soft.Value, soft.Why = floorSoft, fmt.Sprintf("Odoo's own default: a process above it ends after its request; Odoo "+
			"%d with its modules is soon above the guide's %d, and would do so each time", s.Major, sampleSoft)
		hard.Value, hard.Why = floorHard, fmt.Sprintf("Odoo's own default: above it a process gets no more memory; under "+
			"the guide's %d large reports cannot be printed", sampleHard)
		leastSoft, leastHard = floorSoft, floorHard
	}
	if set := s.Set[Soft]; set > hard.Value {
		hard.Value, hard.Why = set/4*5, "a quarter above limit_memory_soft, as in Odoo's defaults"
	}
	if set := s.Set[Hard]; set > 0 && set < soft.Value {
		soft.Value, soft.Why = set/5*4, "four fifths of limit_memory_hard, as in Odoo's defaults"
	}
	softly, hardly := s.option(soft), s.option(hard)
	if softly > 0 && softly < leastSoft {
		s.warn("limit_memory_soft = %d is soon less than the virtual memory of a worker of Odoo %d, which then ends after "+
			"every request; want %d or more", softly, s.Major, leastSoft)
	}
	if hardly > 0 && hardly < leastHard {
		s.warn("limit_memory_hard = %d: wkhtmltopdf inherits it and cannot print; want %d or more", hardly, leastHard)
	}
	if conf.Has(SoftChat, s.Major) && s.Chat > 0 && softly > leastSoft {
		const why = "live chat needs no more, whatever the workers may take"
		s.option(Option{Name: SoftChat, Value: leastSoft, Why: why})
		s.option(Option{Name: HardChat, Value: leastHard, Why: why})
	}
}

func (s *sizer) time() {
	requests := Option{Name: Requests, Value: sampleRequests, Why: "the guide's sample, and Odoo's own default: a " +
		"worker is renewed after so many requests", Default: true}
	if own := ownRequests(s.Major); own != sampleRequests {
		requests.Value, requests.Why = own, "Odoo's own default since 16; the guide's 8192 was that of its time"
	}
	s.option(requests)
	cpu := s.option(Option{Name: CPUTime, Value: 600, Why: "the guide's sample: seconds of processor time for one " +
		"request"})
	wall := s.option(Option{Name: RealTime, Value: 1200, Why: "the guide's sample: seconds that a request may take"})
	if wall > 0 && cpu > wall {
		s.warn("limit_time_cpu = %d is never reached: limit_time_real = %d ends the worker before", cpu, wall)
	}
}
