#!/usr/bin/env bash
# All tests, as make test runs them: lint, those that need no hosts, and those in files of
# the build tag lab, which need real hosts, or the real PostgreSQL, nginx and Python. What
# is missing is installed, or ends the run; nothing is skipped. In the end the slowest
# tests are listed. The images of the hosts are built meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."
. lab/steps.sh
export PATH=$PATH:/usr/sbin:/sbin:/usr/lib/postgresql/15/bin:/usr/lib/openssh

short="yes" # tests of packages take their short form

turns=${TURNS-} # all: what only a share of is tried otherwise

lab="make" # the hosts for tests that boot none themselves

# The labs of the end-to-end tests. Two, because one uses a core only half of the time.
labs=('e2e 198.18.2.' 'e2f 198.18.4.')

# The longest ones start first, so that no lab waits for the other at the end. The first begins on hosts of their first
# boot.
first=(TestApply)

# Of these each commit takes its share: every second of the long ones and of the packages, every fifth of the others,
# which of them its name decides. What they show is shown in part by tests that always run, or without hosts. TURNS=all
# takes all of them, and make soak does.
longest=(TestModuleUpdate TestTunnel TestApplyRolls TestPlanFile TestRollingRestart)
seldom=(TestAborted TestAccessMeetsOthers TestACME TestAnotherOdoo TestAnotherServer TestApplyUpdatesModules TestAttackDatabase TestAttackLinks TestAttackRace TestBadInput TestCanariesOnHosts TestConfirmOrRevert TestDataInCommon TestDrift TestForgedAnswers TestGivenCertificate TestGrant TestJSON TestKilled TestLeftOutOfService TestLinksOfRoots TestLiveServices TestLock TestNginx TestNginxBadInput TestOddEnvironment TestOddFiles TestOthers TestPackages TestPackageUpgrade TestPostgreSQLRestarts TestReach TestReboot TestRollback TestRollingStopsAtABrokenHost TestSilence TestSlowReload TestSpan TestSpare TestStatus TestStrangeHosts TestTenantsByName TestTransportOpenSSH TestUnitStates)

# Only make soak runs these.
soaked=(TestNobodyNotices TestKillsWhileItRolls TestModes TestSource TestMadePassword TestRollingLosesAHost TestRollbackRefused TestInterrupted TestMaintenance TestDatabases TestKilledOnHosts TestKilledOnFiveHosts)

main() {
	local began=$EPOCHREALTIME failed=0
	ready
	commit=$(git rev-parse HEAD) # without its name nothing says which share is tried
	rm -rf bin/times && mkdir -p bin/times
	step "install what is missing" needs
	CGO_ENABLED=0 go build -o bin/lab ./lab/cmd/lab
	bin/lab build >bin/times/images 2>&1 &
	images=$!
	trap 'kill $images || :' EXIT
	step "lint" make --no-print-directory lint
	step "tests that need no hosts, and beside them those of the lab" later without_hosts
	step "build the ACME server of the tests" make --no-print-directory acme-server
	trap 'bin/lab down --name $lab' EXIT
	step "tests from end to end on ${#labs[@]} labs, and beside them those of packages" later on_hosts
	printf '\nThe tests took %s. The slowest were:\n' "$(since "$began")"
	cat bin/times/*.json | gotestsum tool slowest --threshold 1s --num 10
	return $failed
}

# without_hosts shows what the lab's tests say when all is over.
without_hosts() {
	local lab failed=0
	{ tail --pid="$images" -f /dev/null; bin/lab build && try ./lab; } >bin/times/lab 2>&1 &
	lab=$!
	hermetic || failed=1
	wait $lab || failed=1
	cat bin/times/lab
	return $failed
}

# hermetic runs the tests that are not in files of the tag lab. The tag is set, so that
# nothing is compiled twice; lint has vetted.
hermetic() {
	local hosts own
	hosts=$(tagged | packages | while read -r package; do names "$package"; done | sort -u)
	own=$(grep -rLx --include='*_test.go' '//go:build lab' . | tests | sort -u | comm -12 - <(printf '%s\n' "$hosts"))
	[ -z "$own" ] || stop "these tests are in a file of the tag lab and in another: $own"
	# shellcheck disable=SC2046 # one word per package
	gotestsum --format pkgname-and-test-fails --hide-summary all --jsonfile bin/times/unit.json -- \
		-tags lab -vet=off -timeout 30m -skip "^($(paste -sd '|' <<<"$hosts"))\$" $(go list ./... | grep -v /e2e)
}

needs() {
	provide ssh=openssh-client sftp-server=openssh-sftp-server busybox=busybox shellcheck=shellcheck unshare=util-linux nginx=nginx-light python3=python3 runuser=util-linux curl=curl ss=iproute2 wrk=wrk strace=strace testssl=testssl.sh chromium=chromium
}

# gotestsum runs go test, shows failures, and records the times.
gotestsum() {
	local found=(bin/gotestsum-v*)
	"${found[0]}" "$@"
}

# packages FILES...: those that have them, but for e2e.
packages() { xargs -n1 dirname | sort -u | grep -vx ./e2e; }

# names PACKAGE: of its tests that are in files of the tag lab.
names() { grep -lx '//go:build lab' "$1"/*_test.go | tests; }

tests() { xargs sed -n 's/^func \(Test[A-Za-z0-9_]*\)([a-z]* \*testing\.T) .*/\1/p'; }

# try PACKAGE...: one after the other, because their labs share the machine.
try() {
	local package failed=0
	[ $# -gt 0 ] || stop "no package has such tests"
	for package; do
		gotestsum --format pkgname-and-test-fails --hide-summary all --jsonfile "bin/times/lab${package//[.\/]/-}.json" -- \
			-tags lab -vet=off -count=1 ${short:+-short} -timeout 60m -run "^($(names "$package" | paste -sd '|'))\$" "$package" || failed=1
	done
	return $failed
}

# on_hosts shows what the packages' tests say when all is over.
on_hosts() {
	local others failed=0
	of_packages >bin/times/others 2>&1 &
	others=$!
	end_to_end || failed=1
	wait $others || failed=1
	cat bin/times/others
	return $failed
}

# of_packages runs the tests that need no hosts but real programs, and those that ask for hosts that run.
of_packages() {
	bin/lab up --name $lab --subnet 198.18.3.0/24 || return
	# shellcheck disable=SC2046 # one word per package
	ODOOCTL_LAB_STATE=/var/lib/odooctl-lab/$lab try $(tagged | packages | grep -vx ./lab | share 2)
}

# share N: of the lines, every Nth, from one that the name of the commit decides.
share() {
	[ "$turns" != all ] || { cat; return; }
	sed -n "$((1 + 0x${commit:0:6} % $1))~$1p"
}

tagged() { grep -rlx --include='*_test.go' '//go:build lab' .; }

# end_to_end runs the tests of e2e: each lab takes the next one as soon as it is free.
# One that has not ended has not passed.
end_to_end() {
	local none failed=0
	go test -c -vet=off -tags lab -o bin/e2e.test ./e2e && CGO_ENABLED=0 go build -o bin/e2e.odooctl ./cmd/odooctl || return
	none=$(printf '%s\n' "${first[@]}" "${longest[@]}" "${seldom[@]}" "${soaked[@]}" | sort | comm -23 - <(names ./e2e | sort))
	[ -z "$none" ] || stop "e2e has no" "$none"
	{
		printf '%s\n' "${first[@]}"
		printf '%s\n' "${longest[@]}" | share 2
		printf '%s\n' "${seldom[@]}" | share 5
		names ./e2e | grep -vxF "$(printf '%s\n' "${first[@]}" "${longest[@]}" "${soaked[@]}" "${seldom[@]}")"
	} >bin/times/e2e.list || return
	cp bin/times/e2e.list bin/times/queue || return
	gotestsum --raw-command --format testname --hide-summary skipped --jsonfile bin/times/e2e.json -- "$0" lanes || failed=1
	if grep -vxFf <(sed -n 's/.*"Action":"\(pass\|fail\)".*"Test":"\([^"/]*\)".*/\2/p' bin/times/e2e.json) bin/times/e2e.list; then
		echo "these tests have not ended" >&2
		failed=1
	fi
	return $failed
}

lanes() {
	local place lanes=() failed=0
	for place in "${labs[@]}"; do
		lane "$place" &
		lanes+=($!)
	done
	for place in "${lanes[@]}"; do wait "$place" || failed=1; done
	return $failed
}

# lane "NAME SUBNET": a test's output is printed when it is over, in one piece.
lane() {
	local test out=bin/times/e2e-${1% *} failed=0
	while test=$(next) && [ -n "$test" ]; do
		(cd e2e && ODOOCTL_E2E=$1 go tool test2json -t -p odooctl/e2e ../bin/e2e.test -test.v=test2json -test.timeout 20m -test.run "^$test\$" \
			-keep -program "$PWD/../bin/e2e.odooctl" >"../$out" </dev/null) || failed=1
		flock -o bin/times/out cat "$out"
	done
	bin/lab down --name "${1% *}" >/dev/null
	return $failed
}

next() { flock -o bin/times/queue.lock sh -c 'head -n 1 "$1" && sed -i 1d "$1"' sh bin/times/queue; }

# soak tries the whole form of what main tries in short.
soak() {
	local failed=0
	short="" turns="all"
	ready
	mkdir -p bin/times
	step "install what is missing" needs
	step "build the ACME server of the tests" make --no-print-directory acme-server
	CGO_ENABLED=0 go build -o bin/lab ./lab/cmd/lab
	step "images of the hosts" bin/lab build
	step "tests that need no hosts, whole" later go test -count=1 -timeout 150m ./tasks -run 'TestKilledAtEveryCommand|TestRandomStates|TestAttackedAllTheTime|TestTransaction|TestFailurePutsBack' -args -whole
	trap 'bin/lab down --name $lab' EXIT
	step "tests of packages, whole" later of_packages
	step "tests from end to end, whole" later go test -tags lab -count=1 -timeout 300m ./e2e -args -kills 30 -thorough
	return $failed
}

case "${1-}" in
lanes) lanes ;;
soak) soak ;;
*) main ;;
esac
