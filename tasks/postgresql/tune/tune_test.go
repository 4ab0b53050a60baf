package tune

import (
	"testing"

	"odooctl/tasks/postgresql/conf"
)

// The numbers are PGTune's own for these machines.
func TestFor(t *testing.T) {
	for _, test := range []struct {
		name string
		m    Machine
		want map[string]string
	}{
		{"4 GB, 2 CPUs", Machine{Memory: 4 << 30, CPUs: 2}, map[string]string{
			"shared_buffers": "1GB", "effective_cache_size": "3GB", "maintenance_work_mem": "256MB",
			"wal_buffers": "16MB", "work_mem": "5041kB",
			"random_page_cost": "1.1", "effective_io_concurrency": "200", "jit": "", "huge_pages": "",
			"max_worker_processes": "",
		}},
		{"8 GB, 4 CPUs, 300 connections", Machine{Memory: 8 << 30, CPUs: 4, Connections: 300}, map[string]string{
			"shared_buffers": "2GB", "effective_cache_size": "6GB", "maintenance_work_mem": "512MB",
			"work_mem":                        "6898kB",
			"max_parallel_workers_per_gather": "2", "huge_pages": "try", "jit": "off",
		}},
		{"1 GB, 1 CPU", Machine{Memory: 1 << 30, CPUs: 1}, map[string]string{
			"shared_buffers": "256MB", "effective_cache_size": "768MB", "maintenance_work_mem": "64MB",
			"wal_buffers": "7864kB", "work_mem": "4MB",
		}},
		{"16 GB, small data", Machine{Memory: 16 << 30, CPUs: 8, Disk: NVMe, Data: 1 << 30, Connections: 150},
			map[string]string{
				"shared_buffers": "4GB", "effective_cache_size": "12GB", "maintenance_work_mem": "1GB",
				"work_mem": "34509kB", "effective_io_concurrency": "1000",
			}},
		{"old, on a disk", Machine{Memory: 256 << 30, CPUs: 32, Disk: HDD, Data: 1 << 40, Version: 9},
			map[string]string{
				"maintenance_work_mem": "8GB", "random_page_cost": "4", "effective_io_concurrency": "2", "jit": "",
				"max_parallel_workers": "", "max_parallel_workers_per_gather": "4",
			}},
	} {
		got := map[string]string{}
		for _, s := range For(test.m) {
			got[s.Name] = s.Value
			if s.Why == "" {
				t.Errorf("%s: %s has no reason", test.name, s.Name)
			}
			if f := conf.Parse(s.Name + " = " + s.Value); len(f.Errors) > 0 {
				t.Errorf("%s: postgresql.conf does not take %s = %s", test.name, s.Name, s.Value)
			}
		}
		for name, want := range test.want {
			if got[name] != want {
				t.Errorf("%s: %s = %q, want %q", test.name, name, got[name], want)
			}
		}
	}
}
