drop "$grants" "$line"
[ -s "$grants" ] || rm -f "$grants"
drop "$hba" "$comment"
drop "$included" "$comment"
keep "$hba" -e '/^# BEGIN odooctl managed/{N;/\n# END odooctl managed/d;}'
if [ -f "$included" ] && ! grep -q '^[^#]' "$included"; then
	rm -f "$included"
	keep "$hba" -e '/^include_if_exists odooctl_hba.conf # odooctl managed/d'
fi
systemctl is-active -q "$server" && systemctl reload "$server"
