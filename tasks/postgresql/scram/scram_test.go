package scram

import (
	"encoding/base64"
	"strings"
	"testing"
)

const counted = "AAECAwQFBgcICQoLDA0ODw==" // the bytes 0 to 15

// The first two vectors are RFC 7677's and that of PostgreSQL's regression tests.
var vectors = []struct{ password, salt, keys string }{
	{"pencil", "W22ZaJ0SNY7soEsUEjb6gQ==",
		"WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="},
	{"password", "A6xHKoH/494E941doaPOYg==",
		"Ky+A30sewHIH3VHQLRN9vYsuzlgNyGNKCh37dy96Rqw=:COPdlNiIkrsacU5QoxydEuOH6e/KfiipeETb/bPw8ZI="},
	{"odoo-S3cret!", counted,
		"4KtdNMEJYZoTQbXLSbjT1K+VLxTX+lEG7yvSrwEPCaQ=:D90ZISBR4y+JyIhD7B1VJvZfsj563tuZoPjUfp51fE4="},
	{"I\u00adX", counted, "Hvybl93RfCHqfqLiTzsBHz9FA2JH0lY8NzX3ES+JAB0=:36RFvraaEsq6EdU8f0zs6/hpb0vgxhjNZecZXSUZKgs="},
	{"\u2168", counted, "Hvybl93RfCHqfqLiTzsBHz9FA2JH0lY8NzX3ES+JAB0=:36RFvraaEsq6EdU8f0zs6/hpb0vgxhjNZecZXSUZKgs="},
	{"IX", counted, "Hvybl93RfCHqfqLiTzsBHz9FA2JH0lY8NzX3ES+JAB0=:36RFvraaEsq6EdU8f0zs6/hpb0vgxhjNZecZXSUZKgs="},
	{"caf\u00e9", counted, "wK+bNatOYk+U2I8xcjKLw/NYnE/gj1tuvPSR+HfqyVQ=:48N9eI7r5rMZTuzj+HLEDo0+GYmOMax6IWEfJeFEShI="},
	{"cafe\u0301", counted,
		"wK+bNatOYk+U2I8xcjKLw/NYnE/gj1tuvPSR+HfqyVQ=:48N9eI7r5rMZTuzj+HLEDo0+GYmOMax6IWEfJeFEShI="},
	{`p'a"ss\w$rd`, counted,
		"pKObKdmo7dVd89dM6VYTUPuGoYfhZhRSmuPrsXehnRQ=:2fQkBHDd9ewetHW/f/LCQFlYQsAIVSDA9K7XgGjSXxU="},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		salt, err := base64.StdEncoding.DecodeString(v.salt)
		if err != nil {
			t.Fatal(err)
		}
		want := "SCRAM-SHA-256$4096:" + v.salt + "$" + v.keys
		if got, err := Verifier(v.password, salt, Iterations); err != nil || got != want {
			t.Errorf("%+q: %s %v, want %s", v.password, got, err, want)
		}
		if !Matches(want, v.password) || Matches(want, v.password+"x") {
			t.Errorf("%+q does not match its verifier, or another password does", v.password)
		}
	}
}

func TestPrepare(t *testing.T) {
	tests := []struct{ password, want string }{
		{"plain $'\" \x01", "plain $'\" \x01"},
		{"a\u00a0b", "a b"},
		{"a\u200bb", "a b"},
		{"\u00aa", "a"},
		{"\u00ad", "\u00ad"},
		{"\u2168\x07", "\u2168\x07"},
		{"\u2168\xff", "\u2168\xff"},
		{"\u2168\U0001f600", "\u2168\U0001f600"},
		{"\u0627\u2168", "\u0627\u2168"},
		{"\u0627\u2460\u0628", "\u06271\u0628"},
	}
	for _, test := range tests {
		if got := prepare(test.password); got != test.want {
			t.Errorf("%+q: %+q, want %+q", test.password, got, test.want)
		}
	}
}

func TestOneChangedKeyDoesNotMatch(t *testing.T) {
	good, err := Verifier("odoo", []byte("0123456789abcdef"), 4096)
	if err != nil {
		t.Fatal(err)
	}
	other, err := Verifier("oddo", []byte("0123456789abcdef"), 4096)
	if err != nil {
		t.Fatal(err)
	}
	head, keys, _ := strings.Cut(strings.TrimPrefix(good, prefix), "$")
	stored, server, _ := strings.Cut(keys, ":")
	_, keys, _ = strings.Cut(strings.TrimPrefix(other, prefix), "$")
	otherStored, otherServer, _ := strings.Cut(keys, ":")
	for _, v := range []string{prefix + head + "$" + otherStored + ":" + server,
		prefix + head + "$" + stored + ":" + otherServer} {
		if Matches(v, "odoo") {
			t.Errorf("%s matches with one foreign key", v)
		}
	}
}

func TestMalformed(t *testing.T) {
	good := "SCRAM-SHA-256$4096:" + counted + "$" + vectors[2].keys
	for name, v := range map[string]string{
		"empty": "", "password": "odoo-S3cret!", "md5": "md5cd3578025fe2c3d7ed1b9a9b26238b70",
		"lower case":    strings.ToLower(good[:13]) + good[13:],
		"no iterations": strings.Replace(good, "4096", "", 1), "zero": strings.Replace(good, "4096", "0", 1),
		"negative":            strings.Replace(good, "4096", "-1", 1),
		"too many iterations": strings.Replace(good, "4096", "2000000000", 1),
		"no salt":             strings.Replace(good, counted, "", 1),
		"short key":           strings.Replace(good, "4KtdNMEJ", "", 1), "bad base64": strings.Replace(good, "4Ktd", "4K!d",
			1),
		"one key": good[:strings.LastIndex(good, ":")], "more behind": good + ":AAAA",
	} {
		if Matches(v, "odoo-S3cret!") {
			t.Errorf("%s: %q is taken", name, v)
		}
	}
	if !Matches(good, "odoo-S3cret!") {
		t.Error("the good one is not taken")
	}
}

func TestVerifierErrors(t *testing.T) {
	salt := []byte("0123456789abcdef")
	for _, test := range []struct {
		name, password string
		salt           []byte
		iterations     int
		want           string
	}{
		{"empty password", "", salt, 4096, "empty"},
		{"NUL", "a\x00b", salt, 4096, "NUL"},
		{"no salt", "a", nil, 4096, "salt"},
		{"no iterations", "a", salt, 0, "0 iterations"},
		{"too many iterations", "a", salt, maxIterations + 1, "iterations"},
	} {
		if v, err := Verifier(test.password, test.salt, test.iterations); err == nil ||
			!strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %q %v, want an error with %q", test.name, v, err, test.want)
		}
	}
}

func TestMD5(t *testing.T) {
	const hash = "md5cd3578025fe2c3d7ed1b9a9b26238b70" // PostgreSQL's regression test: regress_passwd1, foo
	if MD5("regress_passwd1", "foo") != hash || Matches(hash, "foo") {
		t.Error("the hash is another one, or matches as a verifier")
	}
}

func FuzzMatches(f *testing.F) {
	f.Add("SCRAM-SHA-256$4096:"+counted+"$"+vectors[2].keys, "odoo")
	f.Add("SCRAM-SHA-256$1::$:", "\u2168")
	f.Fuzz(func(t *testing.T, verifier, password string) {
		if _, ok := parse(verifier); Matches(verifier, password) && !ok {
			t.Fatalf("%q matches and is no verifier", verifier)
		}
		own, err := Verifier(password, []byte("0123456789abcdef"), 1)
		if err == nil && !Matches(own, password) {
			t.Fatalf("%q does not match its own verifier", password)
		}
	})
}
