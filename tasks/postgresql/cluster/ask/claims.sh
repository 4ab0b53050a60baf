# Prints what the files of a cluster say: its configuration is in the folder $1, and its
# data in $2 unless that says otherwise. This runs as their owner, who could have
# replaced them by links to anything. It prints the version, the data folder, the port
# in use and the socket's folder, one per line.
data=$2 version= port= sock= set=

# quoted LINE: sets $value to what stands in quotes after a name and blanks or a "=".
quoted() {
	value=${1#"${1%%[[:blank:]=]*}"}
	while :; do
		case $value in
		[[:blank:]=]*) value=${value#?} ;;
		\'*\'*) value=${value#?} value=${value%%\'*} && return ;;
		*) return 1 ;;
		esac
	done
}
if [ -f "$1/postgresql.conf" ] && [ -r "$1/postgresql.conf" ]; then
	while read -r line || [ "$line" ]; do
		case $line in
		data_directory[[:blank:]=\']*) ! quoted "$line" || data=$value ;;
		unix_socket_directories[[:blank:]=\']*) ! quoted "$line" || set=${value%%,*} ;;
		esac
	done <"$1/postgresql.conf"
fi
if [ -f "$data/PG_VERSION" ]; then read -r version <"$data/PG_VERSION"; fi
if [ -f "$data/postmaster.pid" ] && [ -r "$data/postmaster.pid" ]; then
	{ read -r pid; read -r l; read -r l; read -r port; read -r sock; } <"$data/postmaster.pid"
	[ -d "/proc/$pid" ] || port=
fi
printf '%s\n' "$version" "$data" "$port" "${sock:-${set:-/var/run/postgresql}}"
