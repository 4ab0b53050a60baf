package site

import "testing"

func TestHiding(t *testing.T) {
	hide := Hiding("# ours\nserver {\n    proxy_set_header X-Mine \"a b\";\n}\n")
	for text, want := range map[string]string{
		"server {\n    listen 80;\n}\n": "server {\n    listen 80;\n}\n",
		"# ours\n  proxy_set_header X-Mine \"a b\";\n": "# ours\n" +
			"  proxy_set_header X-Mine \"a b\";\n",
		"    proxy_set_header Authorization \"Basic cHc=\";\n":       "    proxy_set_header ***\n",
		"proxy_set_header Authorization\n    \"Basic cHc=\";":        "proxy_set_header ***\n    ***",
		"set $token hunter2;\n# pw: hunter2\nlisten 80; # hunter2\n": "set ***\n***\nlisten ***\n",
		"listen 80; set $token hunter2;\nif ($http_x = hunter2) {\n": "listen ***\nif ***\n",
		"location = /hook/x { return 200 hunter2; }\n    return 200 \"a0\\n\";\n": "location ***\n" +
			"    return 200 \"a0\\n\";\n",
	} {
		if got := hide(text, func(string) string { return "***" }); got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}
