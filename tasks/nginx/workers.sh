# workers prints the worker processes of the service: another nginx of the host proves nothing.
workers() {
	m=$(systemctl show -p MainPID --value nginx.service) || return
	{ read -r children || [ "$children" ]; } <"/proc/$m/task/$m/children" && echo "$children"
}

# youngest prints when the newest of them started, which is when nginx has read its files;
# see born in drift.sh.
youngest() { for p in $(workers); do born "$p"; done | sort -n | tail -n 1; }
