# Compares what runs with what is on disk. systemd counts times from the boot, and so does
# /proc/PID/stat, in hundredths of a second (proc(5), field 22).
read -r up _ </proc/uptime
boot=$(($(date +%s) - ${up%.*}))

# started UNIT: when it started, in Unix seconds.
started() {
	m=$(systemctl show -p ExecMainStartTimestampMonotonic --value "$1")
	echo $((boot + ${m:-0} / 1000000))
}

# born PID: when the process started.
born() { read -r s </proc/$1/stat && set -- ${s##*) } && echo $((boot + ${20} / 100)); }

# compare UNIT SINCE FILE...: prints a line per file that changed after the unit read it.
compare() {
	unit=$1 since=$2
	shift 2
	states=$(systemctl show -p ActiveState,NeedDaemonReload -- "$unit")
	case $states in *ActiveState=active* | *ActiveState=reloading* | *ActiveState=refreshing*) ;; *) return ;; esac
	case $states in *NeedDaemonReload=yes*) echo "systemd has not read the changed unit files of $unit: systemctl daemon-reload" ;; esac
	for f; do
		[ -e "$f" ] || continue
		t=$(stat -L -c %Y "$f")
		if [ "$t" -gt $((${since:-0} + 1)) ]; then
			echo "$unit has not read $f since it changed on $(date -u -d "@$t" '+%F %T') UTC"
		fi
	done
}
