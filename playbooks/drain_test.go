package playbooks

import (
	"strings"
	"testing"

	"odooctl/tasks/nginx"
	"odooctl/tasks/nginx/site"
)

// TestDrainTask: a playbook of the user's own can take a host out.
func TestDrainTask(t *testing.T) {
	book, err := Parse("own.yaml", []byte("- hosts: nginx\n  tasks: [{nginx.drain: {deployment: mycompany, host: app1, "+
		"state: down}}, nginx.service]\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := book.Plays[0].Tasks[0].Task.(*nginx.Drain); *got != (nginx.Drain{Deployment: "mycompany", Host: "app1",
		State: site.Down}) {
		t.Errorf("%+v", got)
	}
	_, err = Parse("own.yaml", []byte("- hosts: nginx\n  tasks: [{nginx.drain: {deployment: mycompany, host: app1, "+
		"state: off}}]\n"), nil)
	if err == nil || !strings.Contains(err.Error(), "want drain, down or spare") {
		t.Errorf("%v, want that the state is refused", err)
	}
}
