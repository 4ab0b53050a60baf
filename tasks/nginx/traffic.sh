# Counts what nginx answered: of logs in the format combined, in which what a client sent
# has its quotes escaped, so that the status is the first word after the request. Each prints
# DEPLOYMENT INODE SIZE REQUESTS 5XX.
export LC_ALL=C

# count FROM: of the lines that come in those since that time; empty: all.
count() {
	awk -v from="$1" '
	from != "" {
		i = index($0, "[")
		m = (index("JanFebMarAprMayJunJulAugSepOctNovDec", substr($0, i + 4, 3)) + 2) / 3
		if (substr($0, i + 8, 4) sprintf("%02d", m) substr($0, i + 1, 2) substr($0, i + 13, 2) substr($0, i + 16, 2) substr($0, i + 19, 2) < from) next
	}
	{
		split($0, part, "\"")
		split(part[3], word, " ")
		if (word[1] !~ /^[1-5][0-9][0-9]$/) next
		n++
		if (word[1] >= 500) bad++
	}
	END { print n + 0, bad + 0 }'
}
# place FILE: its inode and size.
place() { stat -c '%i %s' "$1" 2>/dev/null || echo 0 0; }

# recent DEPLOYMENT LOG SECONDS: those of the time just over; of 20 MB at most.
recent() {
	at=$(place "$2") size=${at#* } from=$(date -d "@$(($(date +%s) - $3))" +%Y%m%d%H%M%S) || exit 1
	skip=$((size > 20000000 ? size - 20000000 : 0))
	if [ "$size" -gt 0 ]; then found=$(tail -c +$((skip + 1)) "$2" | head -c $((size - skip)) | count "$from"); else found="0 0"; fi
	echo "$1 $at $found"
}

# since DEPLOYMENT LOG INODE OFFSET: those since it was read that far, also where it was
# rotated meanwhile.
since() {
	at=$(place "$2") old= start=$4
	if [ "${at% *}" != "$3" ] || [ "${at#* }" -lt "$4" ]; then
		start=0
		for f in "$2".*; do [ "$3" = 0 ] || [ "$(stat -c %i "$f" 2>/dev/null)" != "$3" ] || old=$f; done
	fi
	found=$({
		if [ -n "$old" ]; then case $old in *.gz) zcat "$old" ;; *) cat "$old" ;; esac | tail -c +$(($4 + 1)); fi
		if [ "${at#* }" -gt "$start" ]; then tail -c +$((start + 1)) "$2" | head -c $((${at#* } - start)); fi
	} | count "")
	echo "$1 $at $found"
}
