# What is known of a host as a machine, a line NAME VALUE each. This runs on every host in
# every run, so it starts as few processes as it can.

machine() {
	read -r v </proc/sys/kernel/hostname && echo "hostname $v"
	n=0 seen=
	while read -r k v; do [ "$k" != Cpus_allowed_list: ] || break; done </proc/self/status
	IFS=,
	for r in $v; do n=$((n + ${r#*-} - ${r%-*} + 1)); done
	unset IFS
	echo "cpus $n"
	n=0
	for f in /sys/devices/system/cpu/cpu*/topology/thread_siblings_list; do
		{ read -r v <"$f"; } 2>/dev/null || continue
		case $seen in *" $v "*) ;; *) seen="$seen $v " n=$((n + 1)) ;; esac
	done
	echo "cores $n"
	while read -r k v _; do [ "$k" = MemTotal: ] && { echo "memory $v"; break; }; done </proc/meminfo
	if [ -r /etc/os-release ]; then while read -r v; do case $v in ID=* | VERSION_ID=*) echo "os $v" ;; esac; done </etc/os-release; fi
	[ -d /run/systemd/system ] && echo "systemd 1"
	date '+time %s'
	read -r v _ </proc/uptime && echo "uptime ${v%.*}"
	read -r v _ </proc/loadavg && echo "load $v"
	ip -o addr show 2>/dev/null | while read -r _ _ f a _; do case $f in inet | inet6) echo "address $a" ;; esac; done
}

# tools STATE: what installs packages here, and what a run that was cut short has left to do
# in that folder of ours.
tools() {
	for v in apt-get dnf yum; do command -v $v >/dev/null && echo "installer ${v%-get}" && break; done
	[ -r "$1/pending" ] && sed 's/^/pending /' "$1/pending"
}
