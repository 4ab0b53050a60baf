# Whether nginx has read its files: nginx -s reload returns before the master has read
# anything, and a master that cannot use the files keeps the old ones.

# has_new WORKER...: others than these run.
has_new() {
	old=" $* "
	for p in $(workers); do case $old in *" $p "*) ;; *) return 0 ;; esac; done
	echo "nginx has no new workers"
	tail -n 5 /var/log/nginx/error.log
	return 1
}

# has_read ADDRESS GENERATION: nginx says so itself. bash asks it where there is no curl; if
# neither is there, new workers are the proof.
has_read() {
	if command -v curl >/dev/null; then
		said=$(curl -s --noproxy '*' --max-time 5 "http://$1/generation")
	elif command -v bash >/dev/null; then
		# shellcheck disable=SC2016 # it is bash's
		said=$(timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/80"; printf "GET /generation HTTP/1.0\r\n\r\n" >&3; tail -n 1 <&3' bash "$1")
	else
		return 0
	fi
	[ "$said" = "$2" ] || { echo "nginx says that it has read $said, and not $2"; return 1; }
}

# restored ADDRESS FILE: nginx serves the generation of the file on disk.
restored() {
	want=$(sed -n 's/^.*return 200 "\([0-9a-z_]*\)\\n".*$/\1/p' "$2")
	[ -z "$want" ] || has_read "$1" "$want"
}
