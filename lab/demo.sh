#!/usr/bin/env bash
# make demo: five fresh hosts, one inventory, two login pages over HTTPS, and nothing to
# do the second time. Each run starts from fresh hosts; images, downloads and passwords
# of the run before are reused.
#
# make demo-down: demo.sh down
set -euo pipefail
cd "$(dirname "$0")/.."
. lab/steps.sh
export PATH=$PATH:/usr/sbin:/sbin

lab=demo
state=lab/.state
images=${ODOOCTL_LAB_CACHE:-/var/cache/odooctl-lab}

# The journals of these runs are where demo-down removes them.
export XDG_STATE_HOME=$PWD/$state

up() {
	local began=$EPOCHREALTIME
	ready
	step "install what is missing" provide curl=curl
	step "build odooctl and the lab (the first time, Go downloads modules)" build
	step "boot five hosts (the first time, build their images: about 3 minutes)" boot
	step "make passwords, kept in $state/secrets" secrets
	step "odooctl apply" bin/odooctl apply --yes --no-diff lab/inventory.yaml
	step "open the login pages over HTTPS" pages
	step "odooctl apply, again" again
	farewell
	printf '\nThe demo took %s.\n' "$(since "$began")"
}

build() {
	make --no-print-directory build
	CGO_ENABLED=0 go build -o bin/lab ./lab/cmd/lab
}

boot() {
	bin/lab up --name $lab --subnet 198.18.1.0/24
	install -d -m 0700 $state
	ln -sfn /var/lib/odooctl-lab/$lab/id_ed25519 $state/id_ed25519
	ln -sfn /var/lib/odooctl-lab/$lab/known_hosts $state/known_hosts
}

secrets() {
	install -d -m 0700 $state/secrets
	local name
	for name in admin mycompany next; do
		[ -s $state/secrets/$name ] || (umask 077 && od -An -tx1 -N12 /dev/urandom | tr -d ' \n' >$state/secrets/$name)
	done
}

pages() {
	page odoo.mycompany.example mycompany web1 198.18.1.10
	page next.mycompany.example next next1 198.18.1.20
}

# page NAME DEPLOYMENT HOST ADDRESS: opens it as a browser would that trusts only the
# host's self-signed certificate.
page() {
	local url=https://$1/web/login html title
	bin/lab exec --name $lab "$3" cat "/etc/nginx/odooctl/$2.pem" >"$state/$2.pem"
	html=$(curl -sS --max-time 60 --cacert "$state/$2.pem" --resolve "$1:443:$4" -w '\n%{http_code}' "$url")
	title=$(tr -s ' \n' '  ' <<<"$html" | sed -n 's:.*<title> *\([^<]*[^ <]\) *</title>.*:\1:p')
	printf '%s at %s: status %s, title "%s"\n' "$url" "$4" "${html##*$'\n'}" "$title"
	[[ ${html##*$'\n'} == 200* && $html == *'name="password"'* ]] || stop "$url is not a login page"
}

again() {
	local out
	out=$(bin/odooctl apply --yes lab/inventory.yaml)
	printf '%s\n' "$out"
	[[ $out == *'plan: 0 changes on 5 hosts'* ]] || stop "the second apply had something to change"
}

farewell() {
	cat <<END

Log in as admin, with the password in $state/secrets/admin:
  https://odoo.mycompany.example/web/login   Odoo 14 on app1 and app2, PostgreSQL on db1, nginx on web1
  https://next.mycompany.example/web/login   Odoo 19, PostgreSQL and nginx on next1
For a browser on this machine, add to /etc/hosts:
  198.18.1.10 odoo.mycompany.example
  198.18.1.20 next.mycompany.example
The certificates are self-signed: the browser asks once.

Look around:   bin/odooctl status lab/inventory.yaml
               bin/lab ssh --name $lab app1
Remove it all: make demo-down
END
}

down() {
	ready
	step "build the lab's program" build
	step "remove keys and passwords in $state" rm -rf $state
	local failed=
	if [ "${KEEP:-}" = images ]; then
		step "remove the hosts and their network; KEEP=images: what is in $images stays" later bin/lab down --name $lab
	else
		step "remove the hosts, their network, and the images in $images" later bin/lab down --name $lab --images
	fi
	step "remove what the last lab leaves" last
	[ -z "$failed" ]
}

# last: labs share a route that keeps their addresses on this machine, and a folder.
last() {
	if ! ip -o link show type bridge | grep -q ': lab-'; then
		ip route del blackhole 198.18.0.0/15 metric 4096 2>/dev/null || true
	fi
	rmdir --ignore-fail-on-non-empty /var/lib/odooctl-lab "$images" 2>/dev/null || true
	echo "packages that were installed for the demo stay (mmdebstrap, systemd-container, curl)"
}

case ${1:-up} in
up) up ;;
down) down ;;
*) stop "want up or down" ;;
esac
