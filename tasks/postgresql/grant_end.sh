# Revokes a grant. The arguments: HBA INCLUDED GRANTS COMMENT LINE SERVER: the files,
# the end of the row, the line of the grant and the unit.
hba=$1 included=$2 grants=$3 comment=$4 line=$5 server=$6
drop "$grants" "$line"
[ -s "$root$grants" ] || rm -f "$root$grants"
drop "$hba" "$comment"
drop "$included" "$comment"
keep "$hba" -e '/^# BEGIN odooctl managed/{N;/\n# END odooctl managed/d;}'
if there "$included" && reach "$included" && ! grep -q '^[^#]' "$seen"; then
	at "$included" && rm -f "$at"
	keep "$hba" -e '/^include_if_exists odooctl_hba.conf # odooctl managed/d'
fi
systemctl is-active -q "$server" && systemctl reload "$server"
