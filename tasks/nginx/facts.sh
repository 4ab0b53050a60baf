# nginx VERSION, lacks MODULE for each that it was built without, openssl VERSION
if v=$(nginx -V 2>&1); then
	w=${v#*nginx/} && echo "nginx ${w%%[!0-9.]*}"
	for w in $v; do case $w in --without-http_*_module) w=${w#--without-http_}; echo "lacks ${w%_module}";; esac; done
fi
v=$(openssl version 2>/dev/null) && echo "openssl $v"
