# until_true DELAY WITHIN SHELL: polls at increasing intervals, as a gate does.
until_true() {
	sleep "$1"
	end=$(($(date +%s) + $2)) pause=1
	until timeout -k 2 "$2" sh -c "$3"; do
		[ $(($(date +%s) + pause)) -le $end ] || { echo "not within $2 s"; exit 1; }
		sleep $pause
		[ $pause -ge 5 ] || pause=$((pause + 1))
	done
}
