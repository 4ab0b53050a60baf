# Prints what the files of a cluster say: its configuration is in the folder $1, and its
# data in $2 unless that says otherwise. This runs as their owner, who could have
# replaced them by links to anything. It prints the version, the data folder, the port
# in use and the socket's folder, one per line.
data=$2 version= port= sock= set=
while read -r name value; do
	case $name in data_directory) data=$value ;; *) set=$value ;; esac
done <<END
$(sed -n "s/^\(data_directory\) *=* *'\([^']*\)'.*/\1 \2/p; s/^\(unix_socket_directories\) *=* *'\([^',]*\).*/\1 \2/p" "$1/postgresql.conf" 2>/dev/null)
END
if [ -f "$data/PG_VERSION" ]; then read -r version <"$data/PG_VERSION"; fi
if [ -f "$data/postmaster.pid" ] && [ -r "$data/postmaster.pid" ]; then
	{ read -r pid; read -r l; read -r l; read -r port; read -r sock; } <"$data/postmaster.pid"
	[ -d "/proc/$pid" ] || port=
fi
printf '%s\n' "$version" "$data" "$port" "${sock:-${set:-/var/run/postgresql}}"
