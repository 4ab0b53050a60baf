# workers prints the worker processes.
workers() { m=$(cat /run/nginx.pid) && cat "/proc/$m/task/$m/children"; }

# youngest prints when the newest of them started, which is when nginx has read its files;
# see born in drift.sh.
youngest() {
	for p in $(cat /proc/"$(cat /run/nginx.pid)"/task/*/children); do born "$p"; done | sort -n | tail -n 1
}
