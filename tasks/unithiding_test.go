package tasks

import "testing"

func TestUnitHiding(t *testing.T) {
	hide := unitHiding("[Service]\nEnvironment=\"LANG=C\"\n")
	for text, want := range map[string]string{
		"[Service]\nEnvironment=\"LANG=C\"\nExecStart=/usr/bin/odoo -c /x\n": "[Service]\nEnvironment=\"LANG=C\"\n" +
			"ExecStart=/usr/bin/odoo -c /x\n",
		"Environment=PGPASSWORD=hunter2\n#Environment=A=hunter2\n":       "Environment=***\n#Environment=***\n",
		"Environment = A=1 \\\n  B=hunter2 \\\n  C=hunter2\nUser=odoo\n": "Environment = ***\n***\n***\nUser=odoo\n",
		"ExecStart=/usr/bin/odoo --db_password=hunter2 -r odoo\n": "ExecStart=/usr/bin/odoo --db_password=*** " +
			"-r odoo\n",
	} {
		if got := hide(text, func(string) string { return "***" }); got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}
