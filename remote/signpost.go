package remote

import "bytes"

// signpost finds the two signs of becoming root in what sudo and the shell print:
// the mark with the word password, and with the word root.
type signpost struct {
	mark  []byte
	text  []byte
	found chan<- string
}

// signs is how many may be unread: a prompt, a second one that says that the
// first answer was wrong, and root.
const signs = 3

// look waits for the signs in what belongs to no frame.
func (s *stream) look(mark string) <-chan string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := make(chan string, signs)
	s.sign = &signpost{mark: []byte(mark + " "), found: found}
	return found
}

// write takes in the next piece of the stream.
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
		default: // it is something else, and another mark may follow
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
