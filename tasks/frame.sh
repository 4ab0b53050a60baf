# begin_answer NONCE: draws the key of the answer, with which `part NAME` begins each part.
begin_answer() {
	read -r key </proc/sys/kernel/random/uuid
	printf '\n@%s %s\n' "$1" "$key"
}
part() { printf '\n@%s %s\n' "$key" "$*"; }
