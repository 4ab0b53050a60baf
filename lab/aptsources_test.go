package lab

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestReadMirrors(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  mirrors
		err   string
	}{
		{
			name: "one stanza per mirror",
			files: map[string]string{"sources.list.d/debian.sources": "Types: deb\n# a comment\n" +
				"URIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n" +
				"\nTypes: deb\nURIs: http://mirror.example/security\nSuites: bookworm-security\nComponents: main\n"},
			want: mirrors{"http://mirror.example/debian", "http://mirror.example/security"},
		},
		{
			name: "values over several lines, names in any case, deb-src beside deb",
			files: map[string]string{"sources.list.d/a.sources": "types: deb deb-src\nuris:\n https://one.example/debian\n" +
				" https://two.example/debian\nSUITES: trixie\n trixie-security\nComponents: main\n contrib\n"},
			want: mirrors{"https://one.example/debian", "https://one.example/debian"},
		},
		{
			name: "one-line style with options, tabs and comments",
			files: map[string]string{"sources.list": "# deb http://no.example/debian bookworm main\n" +
				"deb-src http://no.example/debian bookworm main\n" +
				"deb\t[arch=amd64 signed-by=/usr/share/keyrings/x.gpg]  http://yes.example/debian\tbookworm main # here\n" +
				"deb http://yes.example/security buster/updates main contrib\n"},
			want: mirrors{"http://yes.example/debian", "http://yes.example/security"},
		},
		{
			name: "other archives, disabled stanzas and ignored files are passed over",
			files: map[string]string{
				"sources.list.d/a-node.list": "deb https://node.example/node_20.x nodistro main\n",
				"sources.list.d/b-pgdg.list": "deb https://pg.example/apt bookworm-pgdg main\n",
				"sources.list.d/c-off.sources": "Types: deb\nURIs: http://off.example/\nSuites: sid\nComponents: main\n" +
					"Enabled: no\n",
				"sources.list.d/d.list.save":          "deb http://saved.example/debian sid main\n",
				"sources.list.d/e-cdrom.list":         "deb cdrom:[Debian]/ bookworm main\n",
				"sources.list.d/f-contrib.list":       "deb http://contrib.example/debian bookworm contrib\n",
				"sources.list.d/g-source-only.list":   "deb-src http://source.example/debian bookworm main\n",
				"sources.list.d/h-the-right-one.list": "deb file:/srv/debian stable main\n",
			},
			want: mirrors{archive: "file:/srv/debian"},
		},
		{name: "no sources at all", err: "find a Debian mirror"},
		{name: "only a security mirror",
			files: map[string]string{"sources.list": "deb http://s.example/ bookworm-security main\n"},
			err:   "find a Debian mirror"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			etc := fstest.MapFS{}
			for name, text := range test.files {
				etc[name] = &fstest.MapFile{Data: []byte(text)}
			}
			got, err := readMirrors(etc)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want one with %q", err, test.err)
				}
				return
			}
			if err != nil || got != test.want {
				t.Errorf("got %+v, %v, want %+v", got, err, test.want)
			}
		})
	}
}

func FuzzAptSources(f *testing.F) {
	f.Add("deb [a=b] http://m.example/debian sid main\n")
	f.Add("deb [ http://m.example/ ]")
	f.Add("Types: deb\nURIs: http://m.example/\n x\nSuites: sid\nComponents: main\n\n")
	f.Add(" continued\n:\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range append(parseOneLine(text), parseDeb822(text)...) {
			for _, field := range append(append(s.uris, s.suites...), s.components...) {
				if field == "" || strings.ContainsAny(field, " \t\n") {
					t.Errorf("%q gives the field %q", text, field)
				}
			}
		}
	})
}
