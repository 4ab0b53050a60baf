package playbooks

import "testing"

func TestBakeRefused(t *testing.T) {
	t.Parallel()
	for rolling, want := range map[string]string{
		"bake: soon":               `"soon": want bake, a time such as 30s`,
		"max_5xx: 1%":              "max_5xx goes with bake",
		"bake: 1s, max_5xx: 1":     `max_5xx: "1" is no percentage`,
		"bake: 1s, max_5xx: 101%":  "no percentage",
		"bake: 1s, max_5xx: NaN%":  "no percentage",
		"bake: 1s, max_5xx: 0x1p%": "no percentage",
	} {
		wantParse(t, "- {hosts: odoo, rolling: {"+rolling+"}, tasks: [odoo.unit]}", want)
	}
}
