package report

import (
	"testing"
	"testing/fstest"

	"odooctl/tasks/odoo/size"
	"odooctl/tasks/postgresql/hba"
	"odooctl/tasks/postgresql/tune"
)

// TestAdviceDocuments: full and empty ones are as their schemas say, for programs that
// go through lists without asking whether there are any.
func TestAdviceDocuments(t *testing.T) {
	sized := NewSizeOf(size.Of(size.Machine{Cores: 4, Memory: 16 << 30}, size.Load{Major: 15, Users: 60,
		Set: map[string]int64{size.Workers: 4}}), 15)
	if sized.Workers != 4 || len(sized.Options) < 5 || !sized.Options[0].Set || sized.Odoo != "15.0" {
		t.Errorf("%+v", sized)
	}
	valid(t, "size", NewSizeDocument(sized))
	valid(t, "size", NewSizeDocument())
	valid(t, "tune", NewTuneDocument([]TuneOf{NewTuneOf("db1", tune.Machine{Memory: 16 << 30, CPUs: 8})}))
	valid(t, "tune", NewTuneDocument(nil))
	valid(t, "dbfilter", NewDBFilterDocument(map[string][]string{"www.mycompany.com": {"mycompany"}, "x": nil}))
	valid(t, "dbfilter", NewDBFilterDocument(nil))
}

// TestRulesDocuments: a row has null where pg_hba_file_rules has it.
func TestRulesDocuments(t *testing.T) {
	const text = "local all postgres peer\nhost all all 10.0.0.0/8 scram-sha-256\nhost all all wrong\nnonsense\n"
	for _, major := range []int{9, 15, 18} {
		f, err := hba.Load(fstest.MapFS{"pg_hba.conf": {Data: []byte(text)}}, "/pg_hba.conf", major)
		if err != nil {
			t.Fatal(err)
		}
		d := NewRulesDocument("db1", "/pg_hba.conf", f, true)
		if last := d.Rules[len(d.Rules)-1]; last.Error == nil || last.Type != nil || last.Database != nil || d.Loads {
			t.Errorf("%d: a line that is no rule gives %+v", major, last)
		}
		valid(t, "rules", d)
		valid(t, "explain", NewExplainDocument("db1", "/pg_hba.conf", f, hba.Conn{User: "odoo", Database: "prod"}))
		for _, odd := range []string{"", "# nothing\n", "local\n", "host all\n", "include none.conf\n", "include_dir\n",
			"host all all 10.0.0.0 255.0.0.0 md5\n", "host all all 0.0.0.0/0 ldap ldapserver=a ldapbindpasswd=b\n",
			"local all all peer map=\n", "\"\" \"\n", "local @none all trust\n"} {
			f, err := hba.Load(fstest.MapFS{"pg_hba.conf": {Data: []byte(odd)}}, "/pg_hba.conf", major)
			if err != nil {
				t.Fatal(err)
			}
			valid(t, "rules", NewRulesDocument("", "/pg_hba.conf", f, false))
			valid(t, "explain", NewExplainDocument("", "/pg_hba.conf", f, hba.Conn{}))
		}
	}
}
