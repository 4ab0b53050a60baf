package run

// This file wakes hosts that wait for their turn.

func (s *schedule) wakeOne(name string) {
	if turn := s.turns[name]; turn != nil {
		turn.Broadcast()
	}
}

func (s *schedule) wakeAll() {
	for _, turn := range s.turns {
		turn.Broadcast()
	}
}

func (s *schedule) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wakeAll()
	for r := range s.rolling {
		r.wake(true)
	}
}
