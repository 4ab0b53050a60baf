# verify_unit UNIT: systemd checks it, without its dependencies where systemd supports that
# (since 250).
verify_unit() {
	only=
	systemd-analyze --help | grep -q recursive-errors && only=--recursive-errors=no
	systemd-analyze verify --man=no $only "$1"
}
