package inventory

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

const canary = `cAn'4ry/"p\w" +€%&?`

func TestHide(t *testing.T) {
	r := &Revealed{}
	for _, secret := range []string{canary, "test", "abc", "pw12345678", "5678overlap",
		"-----BEGIN KEY-----\nMIIabcdefghij\nshort\n  echo indented\n-----END KEY-----\n"} {
		r.Add(secret)
	}
	whole := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	quoted, _ := json.Marshal(canary)
	for _, test := range []struct{ text, want string }{
		{"nothing", "nothing"}, {"", ""}, {"pw", "pw"},
		{"say " + canary + ".", "say ***."},
		{`'cAn'\''4ry/"p\w" +€%&?'`, `'***'`},                 // sh
		{`'cAn'"'"'4ry/"p\w" +€%&?'`, `'***'`},                // shlex.quote
		{`cAn\'4ry/\"p\\w\"\ +€%\&\?`, `***`},                 // printf %q
		{`PASSWORD 'cAn''4ry/"p\w" +€%&?'`, `PASSWORD '***'`}, // SQL
		{`E'cAn''4ry/"p\\w" +€%&?'`, `E'***'`},
		{`E'cAn\'4ry/"p\\w" +€%&?'`, `E'***'`}, // and Python's repr
		{string(quoted), `"***"`},
		{`"cAn'4ry/\"p\\w\" +€%&?"`, `"***"`},
		{`"cAn'4ry/\"p\\w\" +\u20ac%&?"`, `"***"`}, // json.dumps
		{"q=" + url.QueryEscape(canary), "q=***"}, {"/" + url.PathEscape(canary), "/***"},
		{"https://u:cAn%274ry%2f%22p%5cw%22%20%2b%e2%82%ac%25%26%3f@h", "https://u:***@h"},
		{"the test, latest tests", "the ***, latest tests"},
		{"abc", "abc"}, // shorter than any that is hidden
		{"pw12345678overlap", "***"},
		{"pw12345678pw12345678", "******"},
		{"-----BEGIN KEY-----\nMIIabcdefghij\nshort\nit is: echo indented", "-----BEGIN KEY-----\n***\nshort\nit is: ***"},
		{"caf\xc3", "caf\xc3"},
	} {
		if got := r.Hide(test.text); got != test.want {
			t.Errorf("%q\n got %q\nwant %q", test.text, got, test.want)
		}
	}
	for before := range 4 { // wherever it stands in what is encoded, all but the characters that tell of its neighbours too
		code := whole(strings.Repeat("x", before) + "pw12345678" + "yyy")
		first, last := (before*8+5)/6, (before+len("pw12345678"))*8/6
		if got := r.Hide(code); got != code[:first]+"***"+code[last:] {
			t.Errorf("%s is %s", code, got)
		}
	}
}

func TestHideJSON(t *testing.T) {
	r := &Revealed{}
	for _, secret := range []string{"5432", "changes", `a"b\c<d`, "hunter22"} {
		r.Add(secret)
	}
	data, _ := json.Marshal(map[string]any{"changes": 5432, "error": "said 5432 and a\"b\\c<d\n",
		"hunter22": []string{"hunter22", "x"}, "z": ""})
	got := string(r.HideJSON(data))
	if want := `{"changes":5432,"error":"said *** and ***\n","hunter22":["***","x"],"z":""}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, text := range []string{"", `"`, `{"a": "hunter22`, `"\"`, "\"hunter22\xff\""} {
		if r.HideJSON([]byte(text)); !json.Valid(r.HideJSON(data)) {
			t.Error(text)
		}
	}
}

// TestRevealed: what is read of an inventory is hidden from then on; what it has in clear is not.
func TestRevealed(t *testing.T) {
	inv, err := Parse("/srv/i.yaml", []byte(`
hosts: {db1: {}, app1: {}}
deployments:
  shop:
    odoo: {hosts: [app1], databases: [shop_prod], admin_passwd: {env: ADMIN}, options: {smtp_password: {env: SMTP}}}
    postgresql: {host: db1, role: {name: shop_role, password: {env: ROLE}}}
notify: [{url: {env: HOOK}}]
`), Options{Env: func(name string) string {
		return map[string]string{"ADMIN": "master-of-all", "SMTP": "shop_prod", "ROLE": "shop_role",
			"HOOK": "https://chat.example.com/x"}[name]
	}})
	if err != nil {
		t.Fatal(err)
	}
	text := "master-of-all shop_prod shop_role https://chat.example.com/x"
	if got := inv.Revealed().Hide(text); got != text {
		t.Errorf("nothing was read: %s", got)
	}
	d := inv.Deployments[0]
	for _, s := range []Secret{d.Odoo.AdminPasswd, d.Odoo.Options[0].Secret, d.PostgreSQL.Role.Password,
		inv.Notify[0].URL} {
		if _, err := s.Reveal(); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := inv.Revealed().Hide(text), "*** shop_prod shop_role ***"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func FuzzHide(f *testing.F) {
	f.Add("hunter2", "it said ", " twice")
	f.Add(canary, "'", "'")
	f.Add("aaaa", "aaa", "a")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		r := &Revealed{}
		r.Add(secret)
		if r.forms == nil || strings.ContainsAny(secret, "\r\n") || strings.Contains(secret, "*") {
			return
		}
		for _, form := range forms(secret) {
			got := r.Hide(before + " " + form + " " + after)
			if strings.Contains(before+after, secret) || strings.Contains(before+after, form) {
				continue
			}
			if len(form) >= shortest && strings.Contains(got, form) {
				t.Fatalf("%q shows in %q", form, got)
			}
		}
		if data, err := json.Marshal([]string{before, secret, after}); err == nil && !json.Valid(r.HideJSON(data)) {
			t.Fatalf("no JSON any more: %s", r.HideJSON(data))
		}
	})
}

// BenchmarkHide is the end of a failed command of each of 10,000 hosts, in a run that
// knows 1,000 secrets.
func BenchmarkHide(b *testing.B) {
	r := &Revealed{}
	for i := range 1000 {
		r.Add(fmt.Sprintf("prod-%x-s3cret/%d+'x", i*7919, i))
	}
	text := strings.Repeat("2026-11-29 10:00:00 ERROR odoo.sql_db: prod-x of the host said nothing that is secret\n", 24)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Hide(text)
	}
}

// BenchmarkAdd is what 1,000 secrets cost: those that odooctl makes, and passwords with signs.
func BenchmarkAdd(b *testing.B) {
	for name, form := range map[string]string{"made": "%032x", "signs": "prod-%x-s3cret/+'x"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r := &Revealed{}
				for i := range 1000 {
					r.Add(fmt.Sprintf(form, i*7919))
				}
			}
		})
	}
}
