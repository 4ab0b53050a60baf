package size

import (
	"fmt"
	"strings"
	"testing"
)

// value returns an option's number; -1 if it is missing.
func (s Sizing) value(name string) int64 {
	for _, o := range s.Options {
		if o.Name == name {
			return o.Value
		}
	}
	return -1
}

// TestGuide is the guide's example: 4 cores with 8 threads, 60 users.
func TestGuide(t *testing.T) {
	for _, test := range []struct {
		major      int
		soft, hard int64
		requests   int64
	}{{10, 629145600, 1677721600, 8192}, {11, 629145600, 1677721600, 8192}, {12, 2147483648, 2684354560, 8192},
		{14, 2147483648, 2684354560, 8192}, {16, 2147483648, 2684354560, 65536}, {19, 2147483648, 2684354560, 65536}} {
		s := Of(Machine{Cores: 4, Memory: 16 << 30}, Load{Major: test.major, Users: 60})
		got := fmt.Sprint(s.Workers, s.Cron, s.Chat, Bytes(s.Memory), s.value(Workers), s.value(Cron), s.value(Soft),
			s.value(Hard), s.value(Requests), s.value(CPUTime), s.value(RealTime))
		if want := fmt.Sprint(8, 1, 1, "2.85 GiB", 8, 1, test.soft, test.hard, test.requests, 600, 1200); got != want {
			t.Errorf("Odoo %d: %s, want %s", test.major, got, want)
		}
		if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "60 users want 10 processes, and 9 fit") {
			t.Errorf("%q", s.Warnings)
		}
		if why := s.Options[0].Why; why != "60 users / 6 per worker = 10 wanted, cores * 2 + 1 = 9 possible; 9 - 1 for "+
			"cron = 8" {
			t.Error(why)
		}
	}
}

func TestProcesses(t *testing.T) {
	for _, test := range []struct {
		cores  int
		memory int64
		load   Load
		want   string // workers cron memory
	}{
		{8, 64 << 30, Load{Users: 60}, "9 1 3.17 GiB"}, {8, 64 << 30, Load{Users: 120}, "16 1 5.39 GiB"},
		{16, 64 << 30, Load{Users: 200}, "32 1 10.47 GiB"},
		{2, 8 << 30, Load{Users: 12}, "2 1 974.4 MiB"}, // one worker by the formula
		{4, 16 << 30, Load{}, "8 1 2.85 GiB"}, {1, 16 << 30, Load{}, "2 1 974.4 MiB"},
		{8, 2 << 30, Load{Users: 120}, "4 1 1.59 GiB"}, // memory is short
		{4, 16 << 30, Load{Users: 60, Beside: 10}, "3 1 1.27 GiB"},
		{4, 16 << 30, Load{Users: 60, Set: map[string]int64{Cron: 3}}, "6 3 2.85 GiB"},
		{4, 16 << 30, Load{Users: 60, Set: map[string]int64{Workers: 0}}, "0 1 649.6 MiB"},
	} {
		test.load.Major = 16
		s := Of(Machine{Cores: test.cores, Memory: test.memory}, test.load)
		if got := fmt.Sprint(s.Workers, " ", s.Cron, " ", Bytes(s.Memory)); got != test.want {
			t.Errorf("%d cores, %+v: %s, want %s", test.cores, test.load, got, test.want)
		}
	}
	if s := Of(Machine{Cores: 8, Memory: 4 << 30, Database: true}, Load{Users: 120, Major: 16}); s.Workers != 5 {
		t.Errorf("%d workers beside PostgreSQL", s.Workers)
	}
}

func TestWarnings(t *testing.T) {
	for _, test := range []struct {
		major int
		set   map[string]int64
		conns int
		want  string
	}{
		{16, map[string]int64{Workers: 20}, 0,
			"workers = 20 with max_cron_threads = 1 are more than 4 cores can run at once (9)"},
		{16, map[string]int64{Workers: 90}, 0, "expected to take 28.86 GiB, and 12.8 GiB are there"},
		{16, map[string]int64{Workers: 0}, 0, "one process, which uses one core at a time: 60 users want 10"},
		{16, map[string]int64{Workers: 1}, 0, "waits for itself"},
		{16, map[string]int64{Cron: 0}, 0, "no scheduled job runs here"},
		{16, map[string]int64{Soft: 629145600}, 0,
			"limit_memory_soft = 629145600 is soon less than the virtual memory of a worker of Odoo 16"},
		{16, map[string]int64{Hard: 1677721600}, 0, "wkhtmltopdf inherits it"},
		{16, map[string]int64{CPUTime: 3600}, 0, "limit_time_cpu = 3600 is never reached: limit_time_real = 1200"},
		{16, nil, 80, "max_connections = 80 is too small for 10 processes of Odoo: want 93 or more"},
		{17, nil, 80, "max_connections = 80 is too small for 10 processes of Odoo: want 101 or more"},
		{16, map[string]int64{MaxConn: 64}, 200,
			"db_maxconn = 64 for 10 processes is up to 640 connections, and max_connections = 200 leaves 187"},
	} {
		s := Of(Machine{Cores: 4, Memory: 16 << 30},
			Load{Major: test.major, Users: 60, Set: test.set, Connections: test.conns})
		if !strings.Contains(strings.Join(s.Warnings, "\n"), test.want) {
			t.Errorf("%v: %q, want %q", test.set, s.Warnings, test.want)
		}
		for name, v := range test.set {
			if s.value(name) != v {
				t.Errorf("%s: %d wins over %d", name, s.value(name), v)
			}
		}
	}
}

func TestConnections(t *testing.T) {
	for _, test := range []struct {
		load      Load
		pool, gev int64
	}{
		{Load{Major: 14}, 64, -1},
		{Load{Major: 14, Connections: 1000}, 64, -1},
		{Load{Major: 14, Connections: 200}, 18, -1}, // 187 / 10
		{Load{Major: 17, Connections: 200}, 19, 16}, // (187 - 16) / 9
		{Load{Major: 17, Connections: 100}, 8, 16},
		{Load{Major: 14, Connections: 400, Hosts: 2}, 19, -1}, // 387 / 20
		{Load{Major: 14, Connections: 400, Sharing: 10}, 19, -1},
	} {
		test.load.Users = 54
		s := Of(Machine{Cores: 4, Memory: 16 << 30}, test.load)
		if s.value(MaxConn) != test.pool || s.value(MaxConnGev) != test.gev {
			t.Errorf("%+v: %d, chat %d", test.load, s.value(MaxConn), s.value(MaxConnGev))
		}
	}
}

func TestMemoryOfChat(t *testing.T) {
	s := Of(Machine{Cores: 4, Memory: 64 << 30}, Load{Major: 18, Users: 54, Set: map[string]int64{Soft: 6 << 30}})
	if s.value(Hard) != 6<<30/4*5 || s.value(SoftChat) != 2<<30 || s.value(HardChat) != 2560<<20 {
		t.Errorf("%+v", s.Options)
	}
	if s := Of(Machine{Cores: 4, Memory: 64 << 30},
		Load{Major: 17, Users: 54, Set: map[string]int64{Soft: 6 << 30}}); s.value(SoftChat) != -1 {
		t.Error("Odoo 17 has no limit of its own for chat")
	}
}
