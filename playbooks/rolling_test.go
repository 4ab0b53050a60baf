package playbooks

import "testing"

func TestBakeRefused(t *testing.T) {
	t.Parallel()
	for rolling, want := range map[string]string{
		"bake: soon":               `"soon": want bake, a time such as 30s`,
		"max_5xx: 1%":              "max_5xx goes with bake",
		"bake: 1s, max_5xx: 1":     `max_5xx: "1" is not a percentage`,
		"bake: 1s, max_5xx: 101%":  "not a percentage",
		"bake: 1s, max_5xx: NaN%":  "not a percentage",
		"bake: 1s, max_5xx: 0x1p%": "not a percentage",
	} {
		wantParse(t, "- {hosts: odoo, rolling: {"+rolling+"}, tasks: [odoo.unit]}", want)
	}
}
