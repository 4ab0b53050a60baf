package tasks

import (
	"slices"
	"strings"
)

// Trial returns a program like that of Pack, which ends before anything is swapped: it
// compares, stages, and asks the checks in a rehearsal. Then what it staged is gone again. So
// it can run while users are at work. It is for the stages from the host's first one on. ok is
// false where it would prove nothing, or where to stage means to install, or to fetch a whole
// repository.
func (p *Plan) Trial(run Run) (text string, payload Payload, ok bool) {
	s := &Script{}
	if slices.ContainsFunc(p.Changes, untried) {
		return "", Payload{}, false
	}
	p.compile(s)
	p.rehearse(s)
	if s.phases[phaseRehearse].Len() == 0 {
		return "", Payload{}, false
	}
	var b strings.Builder
	b.WriteString(prelude(run))
	b.WriteString("unpack\n")
	for _, phase := range []int{phaseExpect, phaseStage, phaseRehearse} {
		b.WriteString(s.phases[phase].String())
	}
	b.WriteString("tried\n")
	return b.String(), Payload{s.files}, true
}

// untried reports whether a change cannot be tried: what is staged would need it, or stays.
func untried(c Change) bool {
	switch c.Kind {
	case kindPackage, kindVersion, kindUser, kindGroup, kindBuild:
		return true
	case kindCheckout:
		return c.Before == nil
	}
	return false
}
