# self_signed FILE KEY DAYS NAME ALTERNATIVES: makes a certificate. Both files are staged:
# FILE, as FOLDER/.NAME.odooctl-ID, and beside it the key, which will be KEY there.
self_signed() {
	openssl req -x509 -new -key "${1%/*}/.$2.odooctl-${1##*.odooctl-}" -days "$3" -subj "/CN=$4" -addext "subjectAltName=$5" -out "$1"
}
