# reserve_host WAIT RUN WHO: keeps the host for the run; see lock.sh.
reserve_host() {
	mkdir -p "$state" && chmod 700 "$state" || exit 77
	lock "$1" "$2"
	reserve "$2" "$3"
}
