# Makes a folder from its copy: 3 lists what is removed, 4 the sums, 5 has what is new,
# if the argument is not empty, and gets the time of the change.
umask 022
while IFS= read -r f; do rm -f "./$f"; done <&3 &&
	{ [ -z "$1" ] || tar -xmf - --no-same-owner <&5; } &&
	find . -name __pycache__ -prune -exec rm -rf {} + && find . -mindepth 1 -depth -type d -empty -exec rmdir {} \; &&
	find . -type d -exec chmod 755 {} + && sha256sum --quiet -c - <&4
