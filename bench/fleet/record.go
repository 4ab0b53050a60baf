package main

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"

	inv "odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

// recording is one host's answers, by script.
type recording map[string]string

// record returns the answers of this many hosts after the playbook was applied.
func record(hosts int) ([]recording, error) {
	book, err := playbooks.Embedded("site")
	if err != nil {
		return nil, err
	}
	list, errs := make([]recording, hosts), make([]error, hosts)
	var all sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range list {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			list[i], errs[i] = recordOne(book, i)
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

func recordOne(book *playbooks.Playbook, i int) (recording, error) {
	one, err := inv.Parse("inventory.yaml", []byte(inventory(22, i)),
		inv.Options{Env: func(name string) string { return secrets[name] }})
	if err != nil {
		return nil, err
	}
	stages, err := book.Stages(one, "", "")
	if err != nil {
		return nil, err
	}
	said, err := tasktest.Converged(one, stages)
	if err != nil {
		return nil, err
	}
	r := recording{}
	for _, reading := range said[hostName(i)] {
		r[tasks.WaitScript(0)+reading.Script] = reading.Answer
	}
	return r, nil
}

// separator finds the nonce of a reading script.
var separator = regexp.MustCompile(`begin_answer ([0-9a-f]{32})\n`)

// answer returns the host's answer to a script.
func (r recording) answer(script string) (string, error) {
	m := separator.FindStringSubmatch(script)
	if m == nil {
		return "", fmt.Errorf("the script asks nothing: %.200q", script)
	}
	said, ok := r[strings.ReplaceAll(script, m[1], tasktest.Nonce)]
	if !ok {
		return "", fmt.Errorf("nothing was recorded for this script: %.2000q", script)
	}
	return strings.ReplaceAll(said, tasktest.Nonce, m[1]), nil
}
