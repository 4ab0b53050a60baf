// Package tune sizes a PostgreSQL for Odoo: it proposes settings for a machine, each
// with its reason. It applies nothing.
//
//	for _, s := range tune.For(tune.Machine{Memory: 16 << 30, CPUs: 8, Disk: tune.SSD}) {
//		fmt.Println(s.Name, s.Value, s.Why)
//	}
//
// The formulas are PGTune's (github.com/le0pard/pgtune, configurationSlice.js, 2026)
// for its workload "web": many short transactions that wait for the processors.
package tune

import (
	"fmt"
	"math"

	"odooctl/inventory"
	"odooctl/tasks/postgresql/version"
)

// Disk is the type of storage of the data.
type Disk string

// The disks. Network storage behaves as SAN.
const (
	SSD  Disk = "ssd"
	NVMe Disk = "nvme"
	HDD  Disk = "hdd"
	SAN  Disk = "san"
)

// Machine is the server's resources.
type Machine struct {
	Memory      int64 // bytes for PostgreSQL: half of the machine's if Odoo runs on it too
	CPUs        int
	Disk        Disk  // "" = SSD
	Connections int   // max_connections; 0 = 200
	Data        int64 // size of all databases in bytes; 0 = larger than the memory
	Version     int   // 15; 0 = the newest
}

// Setting is a proposal.
type Setting struct {
	Name  string
	Value string // as postgresql.conf has it
	Why   string
}

// defaultConnections is the formulas' assumption for the web.
const defaultConnections = 200

const (
	kb = 1
	mb = 1 << 10
	gb = 1 << 20
)

// For returns the proposals for a machine, in the order of postgresql.conf.
func For(m Machine) []Setting {
	if m.Connections == 0 {
		m.Connections = defaultConnections
	}
	if m.Version == 0 {
		m.Version = inventory.NewestPostgreSQL
	}
	t := &tuner{Machine: m, memory: m.Memory >> 10}
	t.buffers()
	t.wal()
	t.disk()
	t.parallel()
	return t.list
}

type tuner struct {
	Machine
	memory int64 // kB
	shared int64 // kB
	list   []Setting
}

func (t *tuner) add(name, value, why string, args ...any) {
	t.list = append(t.list, Setting{name, value, fmt.Sprintf(why, args...)})
}

// processes is how many a query may use in addition to its own.
func (t *tuner) processes() int64 {
	if t.CPUs >= 4 {
		return int64(t.CPUs)
	}
	return 8 // PostgreSQL's own default
}

// buffers divides the memory.
func (t *tuner) buffers() {
	t.shared = t.memory / 4
	maintenance := min(t.memory/16, 8*gb)
	t.add("max_connections", fmt.Sprint(t.Connections),
		"the sum of the pools of all Odoo processes, and a few for people and backups")
	t.add("shared_buffers", size(t.shared), "a quarter of the memory; the rest caches files too")
	t.add("effective_cache_size", size(t.memory*3/4),
		"three quarters of the memory: what the planner may count on, not what is taken")
	t.add("maintenance_work_mem", size(maintenance),
		"a sixteenth of the memory, 8 GB at most: for VACUUM and CREATE INDEX")
	sorts := (int64(t.Connections) + t.processes()) * 3
	work := float64((t.memory - t.shared) / sorts)
	why := fmt.Sprintf("what shared_buffers leaves, for %d connections and %d workers with three sorts each",
		t.Connections, t.processes())
	switch {
	case t.Data > 0 && t.Data < t.Memory:
		work, why = work*1.3, why+"; a third more, for the data fit into the memory"
	case t.Data > 3*t.Memory:
		work, why = work*0.9, why+"; a tenth less, for the data are far larger than the memory"
	}
	t.add("work_mem", size(max(int64(math.Floor(work)), 4*mb)), "%s; 4 MB at the least", why)
	if t.shared >= 2*gb {
		t.add("huge_pages", "try", "shared_buffers of 2 GB or more; the kernel has to offer them")
	}
}

// wal sizes the write-ahead log.
func (t *tuner) wal() {
	buffers := min(t.shared*3/100, 16*mb)
	if buffers > 14*mb {
		buffers = 16 * mb
	}
	t.add("wal_buffers", size(max(buffers, 32*kb)), "3%% of shared_buffers, a segment of 16 MB at most")
	t.add("min_wal_size", "1GB", "segments are reused, not created again")
	t.add("max_wal_size", "4GB", "checkpoints by time, not by volume")
	t.add("checkpoint_completion_target", "0.9", "a checkpoint's writes are spread over the time to the next")
	t.add("default_statistics_target", "100",
		"PostgreSQL's own default; more helps large reports, and makes ANALYZE slower")
}

// disk sets the cost of random reads.
func (t *tuner) disk() {
	d := t.Disk
	if d == "" {
		d = SSD
	}
	cost, ahead := "1.1", map[Disk]int{SSD: 200, NVMe: 1000, SAN: 300, HDD: 2}[d]
	if d == HDD {
		cost = "4"
	}
	t.add("random_page_cost", cost, "a page out of order, by one in order, on %s", d)
	t.add("effective_io_concurrency", fmt.Sprint(ahead), "reads at once that %s likes", d)
}

// parallel divides the processors. PostgreSQL's defaults suffice for fewer than four.
func (t *tuner) parallel() {
	if t.CPUs < 4 {
		return
	}
	half := min((t.CPUs+1)/2, 4)
	t.add("max_worker_processes", fmt.Sprint(t.CPUs), "one per CPU")
	can := version.Of(t.Version)
	if can.ParallelQuery {
		t.add("max_parallel_workers", fmt.Sprint(t.CPUs), "one per CPU")
	}
	t.add("max_parallel_workers_per_gather", fmt.Sprint(half), "half of the CPUs, four at most: others work too")
	if can.ParallelMaintenance {
		t.add("max_parallel_maintenance_workers", fmt.Sprint(half), "half of the CPUs, four at most")
	}
	if can.JIT {
		t.add("jit", "off", "compiling costs more than Odoo's short queries take")
	}
}

// size formats kB for PostgreSQL, in the largest unit that fits.
func size(n int64) string {
	switch {
	case n%gb == 0:
		return fmt.Sprintf("%dGB", n/gb)
	case n%mb == 0:
		return fmt.Sprintf("%dMB", n/mb)
	}
	return fmt.Sprintf("%dkB", n)
}
