# Whether a second Odoo fits beside the one that runs. Prints the memory that the host can
# give, what the processes of UNIT have in theirs, both in KiB, how many processes these
# are, and whether SPARE runs.
#
#	room.sh UNIT SPARE
available=0 used=0 count=0
while read -r name n _; do [ "$name" != MemAvailable: ] || available=$n; done </proc/meminfo
main=$(systemctl show -p MainPID -- "$1") && main=${main#MainPID=}
if [ "${main:-0}" -gt 0 ]; then
	for p in "$main" $(cat "/proc/$main/task/"*/children 2>/dev/null); do
		count=$((count + 1))
		while read -r name n _; do [ "$name" != VmRSS: ] || used=$((used + n)); done <"/proc/$p/status"
	done 2>/dev/null
fi
echo "$available $used $count $(systemctl is-active -- "$2")"
