package size

import "fmt"

// processes are as many as the users need, the processors can run and the memory can
// hold. Live chat has one more, which the guide does not count.
func (s *sizer) processes() {
	most := max(s.Cores, 1)*2 + 1
	wanted, why := most, fmt.Sprintf("as many as %s can run: cores * 2 + 1 = %d", cores(s.Cores), most)
	if s.Users > 0 {
		wanted = (s.Users + usersPerWorker - 1) / usersPerWorker
		why = fmt.Sprintf("%d users / 6 per worker = %d wanted, cores * 2 + 1 = %d possible", s.Users, wanted, most)
	}
	total := min(wanted, most)
	if s.Beside > 0 {
		if share := most * wanted / (wanted + s.Beside); share < total {
			total = share
			why += fmt.Sprintf("; %d of them here, for other Odoos on this host want %d", total, s.Beside)
		}
	}
	if room := int(s.room() / perProcess); room < total {
		total = room
		why += fmt.Sprintf("; %s of memory hold %d", Bytes(s.room()), room)
	}
	cron := s.option(Option{Name: Cron, Value: 1,
		Why: "one process for scheduled jobs, of those that the processors can run"})
	workers := total - int(cron)
	why += fmt.Sprintf("; %d - %d for cron = %d", total, cron, workers)
	if workers < 2 {
		workers = 2
		why += "; 2, since one alone waits for itself when a report or a webhook calls back"
	}
	s.Workers, s.Cron = int(s.option(Option{Name: Workers, Value: int64(workers), Why: why})), int(cron)
	s.Options[0], s.Options[1] = s.Options[1], s.Options[0]
	if s.Workers > 0 {
		s.Chat = 1
	}
	s.Sizing.Memory = int64(max(s.Workers, 1)+s.Cron) * perProcess
	s.judge(most, wanted)
}

// judge warns of processes that cannot work on the machine.
func (s *sizer) judge(most, wanted int) {
	running := s.Workers + s.Cron
	switch _, set := s.Set[Workers]; {
	case set && running > most:
		s.warn("workers = %d with max_cron_threads = %d are more than %s can run at once (%d): requests wait for each other",
			s.Workers, s.Cron, cores(s.Cores), most)
	case set && s.Workers == 0 && s.Users > usersPerWorker:
		s.warn("workers = 0 is one process, which uses one core at a time: %d users want %d", s.Users, wanted)
	case set && s.Workers == 1:
		s.warn("workers = 1: it waits for itself when a report or a webhook calls back")
	case s.Users > 0 && s.Workers > 0 && s.Workers+s.Cron < wanted:
		s.warn("%d users want %d processes, and %d fit: give the host more cores or memory, or Odoo another host",
			s.Users, wanted, running)
	}
	if s.Sizing.Memory > s.room() {
		s.warn("%d processes are expected to take %s, and %s are there for Odoo: it may swap, or be killed",
			max(s.Workers, 1)+s.Cron, Bytes(s.Sizing.Memory), Bytes(s.room()))
	}
	if s.Cron == 0 {
		s.warn("max_cron_threads = 0: no scheduled job runs here")
	}
}

// room is the memory for Odoo: the system keeps a fifth, and PostgreSQL on the same
// machine half of the whole.
func (s *sizer) room() int64 {
	if s.Database {
		return s.Machine.Memory / 2
	}
	return s.Machine.Memory / 5 * 4
}

func (s *sizer) warn(format string, args ...any) {
	s.Warnings = append(s.Warnings, fmt.Sprintf(format, args...))
}

func cores(n int) string {
	if n == 1 {
		return "1 core"
	}
	return fmt.Sprintf("%d cores", n)
}
