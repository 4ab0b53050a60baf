# What proves that a PostgreSQL has read its files. PSQL... is a command that prints a value
# of the server.

# noted LOG DATA PSQL...: what has_read compares with: LOADED|SIZE|LOG. PSQL prints
# LOADED|LOG, by the server's own word; where it says none, it is LOG. Another than an
# absolute one is below DATA. The log is read with the server's rights.
noted() {
	log=$1 data=$2
	shift 2
	b=$("$@")
	l=${b#*|}
	case $l in
	"") l=$log ;;
	/*) ;;
	*) l=$data/$l ;;
	esac
	echo "${b%%|*}|$(as_postgres stat -c %s "$l" 2>/dev/null || echo 0)|$l"
}

# has_read NOTED HELD UNIT CONFIG PSQL...: PSQL prints LOADED|PID|CONFIG|NAMES, where NAMES are
# settings of ours that wait for a restart: as they may where HELD is not empty. The server has to
# be the unit's, for any other may answer on the socket.
has_read() {
	old=$1 held=$2 unit=$3 config=$4
	shift 4
	a=$("$@") && [ -n "$a" ] && [ "${a%%|*}" != "${old%%|*}" ] || { echo "the server has not read its files: ${a:-no answer}"; exit 1; }
	names=${a#*|} pid=${names%%|*} names=${names#*|}
	case $pid in *[!0-9]*) pid=0 ;; esac # the file that has it is the server's
	is_of "$pid" "$unit" || { echo "the server that answers is process $pid, which is no part of $unit: stop it"; exit 1; }
	[ "${names%%|*}" = "$config" ] || { echo "the server runs with ${names%%|*}, and not with $config"; exit 1; }
	names=${names#*|}
	r=${old#*|} l=${old##*|}
	t=$(as_postgres tail -c +$((${r%%|*} + 1)) "$l" 2>/dev/null | grep -m1 'not reloaded') && { echo "refused by the server: $t"; exit 1; }
	[ -n "$held" ] || [ -z "$names" ] || { echo "not in effect: $names"; exit 1; }
}

# has_socket ADDRESS:PORT
has_socket() { ss -Hltn | grep -qF " $1 " || { echo "PostgreSQL does not listen on $1"; exit 1; }; }

# shows_certificate FILE HOST:PORT: the server keeps the old one, and says so only in its log,
# where it cannot read the new.
shows_certificate() {
	openssl s_client -help 2>&1 | grep -q starttls || return 0
	a=$(print_of <"$1") b=$(timeout 5 openssl s_client -starttls postgres -connect "$2" </dev/null 2>/dev/null | print_of 2>/dev/null)
	[ "$a" = "$b" ] || { echo "the server does not show the new certificate: ${b:-none}"; exit 1; }
}

print_of() { openssl x509 -noout -fingerprint -sha256; }
