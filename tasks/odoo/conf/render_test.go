package conf

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"odooctl/tasks/odoo/version"
)

// sample is what a deployment typically has, by newest names.
var sample = []Setting{
	{Name: "workers", Value: "8"}, {Name: "db_host", Value: "192.168.1.2"}, {Name: "db_port", Value: "5432"},
	{Name: "db_user", Value: "odoo"},
	{Name: "db_password", Value: "p=a:s#s;w%d$"}, {Name: "db_name", Value: "mycompany, other"},
	{Name: "dbfilter", Value: "^mycompany$"}, {Name: "list_db", Value: "false"},
	{Name: "http_interface", Value: "127.0.0.1"}, {Name: "http_port", Value: "8069"},
	{Name: "http_enable", Value: "True"}, {Name: "gevent_port", Value: "8072"}, {Name: "proxy_mode", Value: "true"},
	{Name: "max_cron_threads", Value: "1"}, {Name: "limit_memory_soft", Value: "2147483648"},
	{Name: "limit_memory_hard", Value: "2684354560"},
	{Name: "limit_request", Value: "65536"}, {Name: "limit_time_cpu", Value: "600"},
	{Name: "limit_time_real", Value: "1200"}, {Name: "limit_time_real_cron", Value: "-1"},
	{Name: "transient_age_limit", Value: "1.5"}, {Name: "addons_path", Value: "/opt/addons, /opt/more"},
	{Name: "data_dir", Value: "/var/lib/odoo"}, {Name: "with_demo", Value: "False"},
	{Name: "geoip_city_db", Value: "/usr/share/GeoIP/x.mmdb"}, {Name: "log_level", Value: "info"},
	{Name: "log_handler", Value: ":INFO,odoo.http:WARNING"},
}

func TestRenderGolden(t *testing.T) {
	for major := version.First; major <= version.Last; major++ {
		name := filepath.Join("testdata", strconv.Itoa(major)+".conf")
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Render(major, sample)
		if err != nil || got != string(want) {
			t.Errorf("%s: %v\ngot:\n%s\nwant:\n%s", name, err, got, want)
		}
	}
}

func TestRenderOrderDoesNotMatter(t *testing.T) {
	reversed := make([]Setting, len(sample))
	for i, s := range sample {
		reversed[len(sample)-1-i] = s
	}
	a, err := Render(16, sample)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := Render(16, reversed); err != nil || a != b {
		t.Errorf("another order gives another text: %v\n%s", err, b)
	}
}

func TestRenderNames(t *testing.T) {
	tests := []struct {
		major             int
		name, value, want string
	}{
		{10, "http_port", "80", "xmlrpc_port = 80"}, {11, "xmlrpc_port", "80", "http_port = 80"},
		{19, "xmlrpc_interface", "::1", "http_interface = ::1"},
		{10, "http_enable", "false", "xmlrpc = False"}, {19, "xmlrpc", "True", "http_enable = True"},
		{15, "gevent_port", "80", "longpolling_port = 80"}, {16, "longpolling_port", "80", "gevent_port = 80"},
		{13, "transient_age_limit", "2", "osv_memory_age_limit = 2"},
		{14, "osv_memory_age_limit", "2.5", "transient_age_limit = 2.5"},
		{16, "geoip_city_db", "/x", "geoip_database = /x"}, {17, "geoip_database", "/x", "geoip_city_db = /x"},
		{18, "with_demo", "False", "without_demo = all"}, {18, "with_demo", "true", "without_demo = False"},
		{19, "with_demo", "true", "with_demo = True"},
		{18, "without_demo", "all", "without_demo = all"}, {18, "without_demo", "False", "without_demo = False"},
		{19, "without_demo", "all", "with_demo = False"}, {19, "without_demo", "true", "with_demo = False"},
		{19, "without_demo", "False", "with_demo = True"},
		{14, "db_name", "a , b", "db_name = a,b"}, {14, "addons_path", "/a, /b c", "addons_path = /a,/b c"},
		{14, "http_interface", "", "http_interface ="},
		{12, "limit_memory_soft", "0", "limit_memory_soft = 0"},
		{13, "limit_memory_hard", "0", "limit_memory_hard = 0"}, {15, "workers", "-1", "workers = -1"},
		{11, "db_password", "a%(b", "db_password = a%(b"}, {11, "db_password", "a ;b", "db_password = a ;b"},
		{13, "log_level", "runbot", "log_level = runbot"},
		{11, "db_password", "p\u00e4ss\u20ac", "db_password = p\u00e4ss\u20ac"},
	}
	for _, test := range tests {
		text, err := Render(test.major, []Setting{{Name: test.name, Value: test.value}})
		if err != nil || !strings.Contains(text, "\n"+test.want+"\n") {
			t.Errorf("%d %s = %s: %v, want %q in\n%s", test.major, test.name, test.value, err, test.want, text)
		}
	}
}

func TestRenderErrors(t *testing.T) {
	tests := []struct {
		major             int
		name, value, want string
	}{
		{14, "http_prot", "8069", "no such option (did you mean http_port?)"},
		{14, "db-filter", "x", "did you mean dbfilter?"}, {14, "DB_HOST", "x", "did you mean db_host?"},
		{14, "zzz", "x", "no such option"},
		{10, "db_sslmode", "require", "Odoo 10 does not have it: Odoo 11 and later have it"},
		{17, "limit_memory_soft_gevent", "1", "Odoo 18 and later have it"},
		{13, "logrotate", "True", "only Odoo up to 12 has it"},
		{16, "longpoling_port", "1", "did you mean longpolling_port, which is gevent_port from 16 on?"},
		{11, "xmlrcp", "1", "did you mean xmlrpc, which is http_enable from 11 on?"},
		{14, "gevent_prot", "1", "did you mean gevent_port, which is longpolling_port up to 15?"},
		{14, "init", "base", "command line"}, {14, "dev_mode", "all", "development"}, {14, "root_path", "/", "itself"},
		{14, "list_db", "0", "neither True nor False"}, {14, "list_db", "no", "neither"},
		{14, "list_db", "FALSE", "neither"}, {19, "list_db", "off", "neither"}, {14, "list_db", "", "empty"},
		{14, "workers", "8 ; eight", "plain digits"}, {14, "workers", "2_000", "plain digits"},
		{14, "workers", "08", "plain digits"}, {14, "workers", "+8", "plain digits"},
		{14, "workers", "1.5", "plain digits"}, {14, "workers", "-2", "too small: want -1"},
		{14, "limit_memory_soft", "2GB", "plain digits"},
		{14, "workers", "99999999999999999999", "plain digits"}, {14, "limit_memory_soft", "2048", "unit is the byte"},
		{11, "limit_memory_soft", "0", "12 and later"}, {12, "limit_memory_hard", "0", "13 and later"},
		{14, "limit_request", "0", "too small"}, {14, "limit_time_cpu", "0", "too small"},
		{11, "limit_time_real", "0", "12 and later"}, {14, "db_maxconn", "0", "too small"},
		{14, "http_port", "0", "not a port"}, {14, "http_port", "65536", "not a port"},
		{14, "transient_age_limit", "1,5", "plain digits"}, {14, "transient_age_limit", "-1", "too small"},
		{14, "transient_age_limit", "1e3", "plain digits"},
		{14, "db_sslmode", "verify_full", "did you mean verify-full?"}, {12, "log_level", "runbot", "not one of"},
		{14, "log_handler", "odoo", "logger:LEVEL"}, {14, "log_handler", ":info", "logger:LEVEL"},
		{14, "db_host", "False", "leave the option out"}, {14, "db_password", "None", "leave the option out"},
		{14, "db_user", "", "empty: leave"}, {14, "db_user", "postgres", "role of its own"},
		{14, "db_name", "a,,b", "empty item"}, {14, "db_name", "a b", "blank"}, {14, "db_name", "a,a", "twice"},
		{14, "addons_path", "addons", "absolute"}, {14, "data_dir", "~/x", "absolute"},
		{14, "db_password", "a\nlist_db = True", "line end"}, {14, "db_password", "a\r", "line end"},
		{14, "db_password", " a", "blank"}, {14, "db_password", "a ", "blank"}, {14, "db_password", "a\tb", "control"},
		{10, "db_password", "caf\u00e9", "ASCII"}, {14, "db_password", "\xff", "not UTF-8"},
		{14, "db_password", "a\u200bb", "invisible"}, {14, "db_password", "\u00a0a", "invisible"},
		{10, "db_password", "a%(b", "Odoo 10"}, {10, "db_password", "a ;b", "comment"},
		{10, "db_password", `""`, "empty one"}, {10, "admin_passwd", "$pbkdf2-sha512$1$a$b", "knows no hashes"},
		{19, "server_wide_modules", "base,web", "base,rpc,web"}, {14, "without_demo", "", "neither all nor False"},
		{9, "workers", "1", "Odoo 9 is not known"}, {20, "workers", "1", "not known"},
	}
	for _, test := range tests {
		text, err := Render(test.major, []Setting{{Name: test.name, Value: test.value, Pos: "inventory.yaml:3:7"}})
		if err == nil || text != "" || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%d %s = %q: %v, want %q", test.major, test.name, test.value, err, test.want)
			continue
		}
		var fault *SettingError
		if known := test.major >= version.First && test.major <= version.Last; known &&
			(!errors.As(err, &fault) || !strings.HasPrefix(err.Error(), "inventory.yaml:3:7: option "+test.name+": ")) {
			t.Errorf("%d %s: %v has no position", test.major, test.name, err)
		}
	}
}

func TestRenderTogether(t *testing.T) {
	tests := []struct {
		name  string
		major int
		opts  []Setting
		want  string
	}{
		{"twice", 14, []Setting{{Name: "db_host", Value: "a", Pos: "i:1:1"},
			{Name: "db_host", Value: "b", Pos: "i:2:1"}},
			"i:2:1: option db_host: it is already set as db_host at i:1:1"},
		{"twice by two names", 14, []Setting{{Name: "http_port", Value: "1", Pos: ""},
			{Name: "xmlrpc_port", Value: "2", Pos: ""}}, "option xmlrpc_port: it is already set as http_port"},
		{"syslog and logfile", 14, []Setting{{Name: "syslog", Value: "True", Pos: ""},
			{Name: "logfile", Value: "/x", Pos: "i:1:1"}}, "i:1:1: option logfile: syslog and logfile"},
		{"no time with workers", 14, []Setting{{Name: "workers", Value: "2", Pos: ""},
			{Name: "limit_time_real", Value: "0", Pos: ""}}, "kills every worker"},
		{"same ports", 16, []Setting{{Name: "http_port", Value: "8072", Pos: ""}}, "both 8072"},
		{"soft above hard", 14, []Setting{{Name: "limit_memory_soft", Value: "3000000000", Pos: ""},
			{Name: "limit_memory_hard", Value: "2000000000", Pos: ""}}, "above limit_memory_hard"},
		{"logrotate with workers", 12, []Setting{{Name: "workers", Value: "2", Pos: ""},
			{Name: "logrotate", Value: "True", Pos: ""}}, "rotate the same file"},
		{"all at once", 14, []Setting{{Name: "a", Value: "", Pos: ""}, {Name: "workers", Value: "x", Pos: ""},
			{Name: "list_db", Value: "0", Pos: ""}}, "option list_db"},
	}
	for _, test := range tests {
		if _, err := Render(test.major, test.opts); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
	_, err := Render(14, tests[len(tests)-1].opts)
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 3 {
		t.Errorf("%d errors, want 3: %v", lines, err)
	}
	for _, opts := range [][]Setting{
		{{Name: "syslog", Value: "False", Pos: ""},
			{Name: "logfile", Value: "/x", Pos: ""}}, {{Name: "limit_time_real", Value: "0", Pos: ""}},
		{{Name: "limit_memory_soft", Value: "3000000000", Pos: ""},
			{Name: "limit_memory_hard", Value: "0", Pos: ""}},
	} {
		if _, err := Render(14, opts); err != nil {
			t.Errorf("%v: %v", opts, err)
		}
	}
}

func TestErrorsHideSecrets(t *testing.T) {
	for _, value := range []string{"hunter2\n", " hunter2", "hunter2\t", "hunter2\u00e9", "%(hunter2", "hunter2 ;"} {
		for _, name := range []string{"db_password", "admin_passwd", "smtp_password"} {
			if _, err := Render(10, []Setting{{Name: name, Value: value}}); err == nil ||
				strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s = %q: the error %v is missing or shows the secret", name, value, err)
			}
		}
	}
}

func TestModules(t *testing.T) {
	text, err := Render(16, []Setting{
		{Name: "channels", Value: "root:4", Section: "queue_job"}, {Name: "workers", Value: "2"},
		{Name: "running_env", Value: "prod", Module: true},
		{Name: "a", Value: "\u00e9 %d", Section: "a.b"}, {Name: "workers", Value: "many", Section: "queue_job"},
	})
	want := Header + "\n[options]\n\n; Workers and limits\nworkers = 2\n\n; Options of modules\nrunning_env = prod\n\n" +
		"[a.b]\na = \u00e9 %d\n\n[queue_job]\nchannels = root:4\nworkers = many\n"
	if err != nil || text != want {
		t.Errorf("%v\n%s\nwant\n%s", err, text, want)
	}
	if f, err := Parse(text); err != nil || len(f.Entries) != 5 {
		t.Errorf("%+v, %v", f, err)
	}
	for _, test := range []struct {
		setting Setting
		want    string
	}{
		{Setting{Name: "xmlrpc_port", Value: "1", Module: true},
			"option of Odoo itself"}, {Setting{Name: "init", Value: "1", Module: true}, "option of Odoo itself"},
		{Setting{Name: "A", Value: "1", Module: true},
			"lower-case"}, {Setting{Name: "a", Value: "1", Section: "Options"}, "cannot stand in section [Options]"},
		{Setting{Name: "a", Value: "1", Section: "a]"}, "cannot stand"},
		{Setting{Name: "a", Value: "1", Section: "DEFAULT"}, "cannot stand"},
		{Setting{Name: "a", Value: "1\n[options]", Section: "b"},
			"line end"}, {Setting{Name: "a", Section: "b"}, "empty"},
		{Setting{Name: "a", Value: " x", Module: true}, "blank"},
	} {
		if _, err := Render(16, []Setting{test.setting}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v, want %q", test.setting, err, test.want)
		}
	}
	if _, err := Render(16, []Setting{{Name: "a", Value: "1", Section: "b", Pos: "i:1:1"},
		{Name: "a", Value: "2", Section: "b", Pos: "i:2:1"}}); err == nil ||
		err.Error() != "i:2:1: option a: it is already set as a at i:1:1" {
		t.Error(err)
	}
}

func FuzzRender(f *testing.F) {
	f.Add(uint8(14), "db_password", "x # ; = : %( \"")
	f.Add(uint8(10), "xmlrpc", "true")
	f.Add(uint8(19), "db_name", "a , b")
	f.Add(uint8(16), "http_interface", "")
	f.Add(uint8(18), "log_handler", ":INFO")
	f.Fuzz(func(t *testing.T, number uint8, name, value string) {
		major := version.First + int(number)%(version.Last-version.First+1)
		text, err := Render(major, []Setting{{Name: name, Value: value}})
		if err != nil {
			return
		}
		file, err := Parse(text)
		if err != nil || len(file.Entries) != 1 {
			t.Fatalf("%v, %d entries in\n%s", err, len(file.Entries), text)
		}
		o, _ := Lookup(name)
		got, ok := file.Get(o.NameIn(major))
		if !ok || o.Kind == Text && got != value {
			t.Fatalf("%s: %q %v, want %q from\n%s", o.NameIn(major), got, ok, value, text)
		}
		again, err := Render(major, []Setting{{Name: o.NameIn(major), Value: got}})
		if err != nil || again != text {
			t.Fatalf("what was read renders otherwise: %v\n%s\n%s", err, text, again)
		}
	})
}
