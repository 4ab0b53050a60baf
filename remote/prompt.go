package remote

import "bytes"

// signpost finds the two marks of becoming root in what sudo and the shell print: the
// mark with the word password, and with the word root.
type signpost struct {
	mark  []byte
	text  []byte
	found chan<- string
}

// signs is how many may be queued: a prompt, a second one after a wrong password, and
// root.
const signs = 3

// look watches for the marks in output outside of frames.
func (s *stream) look(mark string) <-chan string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := make(chan string, signs)
	s.sign = &signpost{mark: []byte(mark + " "), found: found}
	return found
}

// write takes the next piece of the stream.
func (s *signpost) write(p []byte) {
	if s == nil || s.found == nil {
		return
	}
	s.text = append(s.text, p...)
	for {
		_, after, found := bytes.Cut(s.text, s.mark)
		if !found {
			s.text = append(s.text[:0], s.text[max(0, len(s.text)-len(s.mark)+1):]...)
			return
		}
		if bytes.HasPrefix(after, []byte("root\n")) {
			s.tell("root")
			s.found = nil
			return
		}
		rest, asked := bytes.CutPrefix(after, []byte("password:"))
		switch {
		case asked:
			s.tell("password")
		case len(after) < len("password:"):
			return
		default: // not a sign; another mark may follow
			rest = after
		}
		s.text = rest
	}
}

func (s *signpost) tell(word string) {
	select {
	case s.found <- word:
	default:
	}
}
