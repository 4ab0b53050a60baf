# nginx VERSION, lacks MODULE for each that it was built without, openssl VERSION: of the
# library that it runs with, which comes last where it was built with another; reads FILE if
# that is no package's, and runs FILE if its master was started with another
if v=$(nginx -V 2>&1); then
	w=${v#*nginx/} && echo "nginx ${w%%[!0-9.]*}"
	for w in $v; do
		case $w in
		--without-http_*_module) w=${w#--without-http_} && echo "lacks ${w%_module}" ;;
		--conf-path=/etc/nginx/nginx.conf) ;;
		--conf-path=*) echo "reads ${w#*=}" ;;
		esac
	done
	case $v in *" with OpenSSL "*) w=${v##* with OpenSSL } && echo "openssl ${w%%[!0-9.]*}" ;; esac
	{ read -r m </run/nginx.pid && IFS= read -r v <"/proc/$m/cmdline"; } 2>/dev/null
	case $v in "nginx: master process "*" -c "*) w=${v##* -c } && echo "runs ${w%% *}" ;; esac
fi
