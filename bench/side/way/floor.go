package way

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	include     = regexp.MustCompile(`(?m)^\{\{ include (\w+/templates/\S+) \}\}$`)
	placeholder = regexp.MustCompile(`\{\{.*?\}\}`)
)

// floor is the script of one host: floor/site.sh with the texts of Ansible's templates,
// and with their placeholders replaced.
func floor(s Site, variant int, p Pair) (string, error) {
	script, err := data.ReadFile("floor/site.sh")
	if err != nil {
		return "", err
	}
	var failed error
	text := include.ReplaceAllStringFunc(string(script), func(line string) string {
		text, err := data.ReadFile("ansible/roles/" + include.FindStringSubmatch(line)[1])
		if err != nil {
			failed = err
		}
		return strings.TrimSuffix(string(text), "\n")
	})
	if failed != nil {
		return "", failed
	}
	text = strings.NewReplacer(
		"{{ site }}", s.Name,
		"{{ host }}", s.Host,
		"{{ address }}", s.Address,
		"{{ network }}", s.Network,
		"{{ generation }}", s.Generation,
		"{{ work_mem }}", workMem[variant],
		"{{ role_password }}", RolePassword,
		"{{ admin_passwd }}", AdminPasswd,
		"{{ certificate }}", strings.TrimSuffix(p.Certificate, "\n"),
		"{{ key }}", strings.TrimSuffix(p.Key, "\n"),
	).Replace(text)
	if left := placeholder.FindString(text); left != "" {
		return "", fmt.Errorf("the floor's script: nothing stands for %s", left)
	}
	return text, nil
}
