# odoo LINE: the version line of Odoo's package
v=/usr/lib/python3/dist-packages/odoo/release.py
[ -r $v ] || v=/opt/odoo/odoo/release.py
if [ -r $v ]; then
	p=/usr/lib/python3 w=
	judge /usr /usr/lib $p $p/dist-packages $p/dist-packages/odoo /opt /opt/odoo /opt/odoo/odoo && whose $v &&
		if [ "$by" ]; then
			w=$(with "$by" grep -m1 '^version_info' $v)
		else
			while read -r w; do case $w in version_info*) break ;; esac; done <$v
		fi
	echo "odoo $w"
fi
