# all_served [NAME FILE]...: nginx presents for each name the certificate in that file.
all_served() {
	bad=0
	while [ $# -gt 0 ]; do
		served "$1" "$2" || bad=1
		shift 2
	done
	[ $bad = 0 ]
}

# served NAME FILE: prints one line if they differ.
served() {
	now=$(timeout 5 openssl s_client -connect 127.0.0.1:443 -servername "$1" </dev/null 2>/dev/null | openssl x509 -noout -serial -fingerprint -sha256 -enddate 2>/dev/null)
	[ "$now" != "$(openssl x509 -in "$2" -noout -serial -fingerprint -sha256 -enddate 2>/dev/null)" ] || return 0
	if [ -z "$now" ]; then
		echo "nginx serves no certificate for $1 on port 443"
	else
		echo "nginx does not serve $2 for $1, but a certificate that ends on ${now##*=}: has it been reloaded, and does another site have this name?"
	fi
	return 1
}
