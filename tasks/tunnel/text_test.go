package tunnel

import (
	"strings"
	"testing"
)

func TestIncludes(t *testing.T) {
	for _, c := range []struct {
		config string
		want   bool
	}{
		{"Include /etc/ssh/sshd_config.d/*.conf\nPort 22\n", true},
		{"  include sshd_config.d/*.conf\n", true},
		{"Include /etc/other/*.conf \"/etc/ssh/sshd_config.d/*\"\n", true},
		{"#Include /etc/ssh/sshd_config.d/*.conf\n", false},
		{"Match User x\n\tPermitTTY no\nInclude /etc/ssh/sshd_config.d/*.conf\n", false},
		{"Include /etc/ssh/sshd_config.d/50-*.conf\n", false},
		{"", false},
	} {
		if got := includes(c.config); got != c.want {
			t.Errorf("includes(%q) = %v", c.config, got)
		}
	}
}

func TestFound(t *testing.T) {
	for out, want := range map[string]Finding{
		"ok: PostgreSQL 1 on db1 answers\n": {OK, "PostgreSQL 1 on db1 answers"},
		"noise\nstale: nobody: serves it\n": {Stale, "nobody: serves it"},
		"sh: python3: not found\n":          {"", "sh: python3: not found"},
	} {
		if got := Found(out); got != want {
			t.Errorf("Found(%q) = %+v, want %+v", out, got, want)
		}
	}
}

// FuzzBlock: what is not ours stays to the byte, and the block can be removed again.
func FuzzBlock(f *testing.F) {
	f.Add("UsePAM yes\n", "Match User a\n")
	f.Add("no end", "x\n")
	f.Add(blockBegin+"\nold\n"+blockEnd+"\nPort 1\n", "new\n")
	f.Add(blockBegin+"\n", "")
	f.Fuzz(func(t *testing.T, config, text string) {
		if strings.Contains(text, blockBegin) || strings.Contains(text, blockEnd) || text != "" &&
			!strings.HasSuffix(text, "\n") {
			return
		}
		with, err := block(config, text)
		if err != nil {
			return
		}
		if again, err := block(with, text); err != nil || again != with {
			t.Fatalf("edited twice: %q, then %q, %v", with, again, err)
		}
		without, err := block(with, "")
		plain, plainErr := block(config, "")
		if err != nil || plainErr != nil {
			t.Fatal(err, plainErr)
		}
		if plain != "" && !strings.HasSuffix(plain, "\n") && text != "" {
			plain += "\n"
		}
		if without != plain {
			t.Fatalf("taken out: %q, want %q", without, plain)
		}
	})
}

// FuzzPasses: every line that is read is one that is written.
func FuzzPasses(f *testing.F) {
	p := pass{tunnel: "a", host: "app1", from: []string{"10.0.0.1", "::1"}, port: 5432, public: "ssh-ed25519 AAAA"}
	f.Add(render([]pass{p}))
	f.Add("ssh-ed25519 AAAA somebody\n" + p.line() + " more\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range passes(text) {
			if !strings.Contains(text, p.public) || p.tunnel == "" || p.host == "" {
				t.Errorf("%+v of %q", p, text)
			}
			if again := passes(p.line()); len(again) != 1 || again[0].line() != p.line() {
				t.Errorf("%+v is written as %q and read as %+v", p, p.line(), again)
			}
		}
	})
}
