# make help lists the targets. make demo and make test take root: they boot real
# hosts on this machine. What they need and do not find, they install with apt-get.

STATICCHECK := v0.8.2
GOTESTSUM := v1.13.0
PEBBLE := v2.10.1
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.PHONY: help build man test soak lint programs fuzz bench demo demo-down acme-server bench-fleet new-task

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r t h; do printf 'make %-11s %s\n' "$$t" "$$h"; done

build: ## build bin/odooctl
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/odooctl ./cmd/odooctl

man: build ## write pages for man into bin/man
	bin/odooctl man bin/man

test: bin/gotestsum-$(GOTESTSUM) ## lint, unit and data tests, and tests on lab hosts (root)
	lab/test.sh

soak: bin/gotestsum-$(GOTESTSUM) ## the whole form of long tests: every kill point, 100 kills on hosts (root, hours)
	lab/test.sh soak

lint: bin/staticcheck-$(STATICCHECK) programs ## gofmt, go vet, staticcheck, shellcheck, Python's syntax
	@out=$$(gofmt -l .); test -z "$$out" || { echo "gofmt these files: $$out"; exit 1; }
	go vet -tags lab ./...
	$< -tags lab ./...

# Shell for hosts is POSIX's; a file of it sets variables of the others beside it. site.sh
# is the text of a template.
programs:
	@command -v shellcheck >/dev/null || { echo "shellcheck is missing: apt install shellcheck"; exit 1; }
	find tasks playbooks remote e2e bench/side lab/images -name '*.sh' ! -path '*/floor/site.sh' -exec shellcheck -S warning -s sh -e SC2034,SC2154 {} +
	shellcheck -S warning -s bash lab/*.sh bench/side.sh .ci/run
	find tasks e2e lab bench -name '*.py' -exec python3 lab/syntax.py {} +

bin/staticcheck-%:
	@mkdir -p bin/tmp
	GOBIN=$(CURDIR)/bin/tmp go install honnef.co/go/tools/cmd/staticcheck@$*
	@mv bin/tmp/staticcheck $@ && rmdir bin/tmp

bin/gotestsum-%:
	@mkdir -p bin/tmp-gotestsum
	GOBIN=$(CURDIR)/bin/tmp-gotestsum go install gotest.tools/gotestsum@$*
	@mv bin/tmp-gotestsum/gotestsum $@ && rmdir bin/tmp-gotestsum

acme-server: bin/pebble-$(PEBBLE) ## build the ACME server that tests ask for certificates

bin/pebble-%:
	@mkdir -p bin/tmp-pebble
	CGO_ENABLED=0 GOBIN=$(CURDIR)/bin/tmp-pebble go install github.com/letsencrypt/pebble/v2/cmd/pebble@$* github.com/letsencrypt/pebble/v2/cmd/pebble-challtestsrv@$*
	@mv bin/tmp-pebble $@

fuzz: ## run each fuzz target for 10 seconds
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9]*' . | while IFS=: read -r file name; do \
		go test -run '^$$' -fuzz "^$${name#func }\$$" -fuzztime 10s "$${file%/*}" || exit 1; done

new-task: ## NAME=motd: write a task, its test and its test data, to be filled
	@go run ./tasks/tasktest/newtask $(NAME)

bench: ## odooctl, Ansible, Mitogen and a script side by side, two hours (root)
	@bench/side.sh $(BENCH)

bench-fleet: build ## measure 100 to 10,000 simulated hosts; writes docs/growth.svg
	go build -o bin/fleet ./bench/fleet
	bin/fleet measure

demo: ## boot the lab, apply lab/inventory.yaml, open the login pages (root)
	@lab/demo.sh

demo-down: ## remove everything that make demo made (root)
	@lab/demo.sh down
