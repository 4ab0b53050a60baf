# nginx VERSION, lacks MODULE for each that it was built without, openssl VERSION: of the
# library that it runs with, which comes last where it was built with another
if v=$(nginx -V 2>&1); then
	w=${v#*nginx/} && echo "nginx ${w%%[!0-9.]*}"
	for w in $v; do case $w in --without-http_*_module) w=${w#--without-http_}; echo "lacks ${w%_module}";; esac; done
	case $v in *" with OpenSSL "*) w=${v##* with OpenSSL } && echo "openssl ${w%%[!0-9.]*}" ;; esac
fi
