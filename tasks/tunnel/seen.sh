# answers ADDRESS PORT WHERE: prints whether anything answers at the far end of a tunnel, at
# WHERE, that listens here: a connection stays open or brings data.
answers() {
	# shellcheck disable=SC2016 # it is bash's
	timeout 15 bash -c 'exec 3<>"/dev/tcp/$1/$2" || { echo "down: nothing listens at $1:$2"; exit 1; }
read -r -t 2 -n 1 -u 3 x; c=$?
if [ "$c" = 0 ] || [ "$c" -gt 128 ]; then echo "ok: $3 takes connections"
else echo "dead: nothing answers at $3"; exit 1; fi' bash "$@" 2>/dev/null || true
}
