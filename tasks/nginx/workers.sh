# workers prints the worker processes of the service: another nginx of the host proves nothing.
workers() {
	m=$(systemctl show -p MainPID --value nginx.service) || return
	{ read -r children || [ "$children" ]; } <"/proc/$m/task/$m/children" && echo "$children"
}

# born PID: when the process started, in Unix seconds. /proc/PID/stat has it in hundredths of
# a second from the boot (proc(5), field 22).
born() { read -r s </proc/$1/stat && set -- ${s##*) } && echo $((boot + ${20} / 100)); }

# read_files prints when nginx has read its files: when the newest worker started.
read_files() {
	read -r up _ </proc/uptime
	boot=$(($(date +%s) - ${up%.*}))
	{ for p in $(workers); do born "$p"; done | sort -n | tail -n 1; } 2>/dev/null
}
