# The result of a run on a host, one fact per line: files with mode, owner and digest,
# links, the role, access to the database, services and what they serve.
set -eu
for tree in /etc/odoo /etc/nginx /etc/postgresql /etc/systemd/system; do
	find "$tree" -type d -printf 'folder %p %m %u:%g\n'
	find "$tree" -type l -printf 'link %p -> %l\n'
	find "$tree" -type f -printf 'file %p %m %u:%g ' -exec sha256sum {} \; | sed 's/  .*//'
done | sort
sql() { (cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -XAtq -d postgres -c "$1"); }
sql "SELECT 'role', rolname, rolcanlogin, rolcreatedb, rolsuper, rolcreaterole, rolreplication, left(rolpassword, 13) FROM pg_authid WHERE rolname = 'odoo'"
sql "SELECT 'rule', type, database, user_name, address, netmask, auth_method FROM pg_hba_file_rules ORDER BY line_number"
sql "SELECT 'setting', name, setting, pending_restart FROM pg_settings WHERE source = 'configuration file' ORDER BY name"
password=$(sed -n 's/^db_password = //p' /etc/odoo/odoo.conf)
echo "login $(PGPASSWORD=$password psql -XAtqc 'SELECT 1' "host=$(hostname) user=odoo dbname=postgres" 2>&1)"
for unit in postgresql@13-main odoo nginx; do
	echo "unit $unit $(systemctl is-active $unit) $(systemctl show -p NeedDaemonReload $unit)"
done
# shellcheck disable=SC2046 # on one line
echo "enabled" $(systemctl is-enabled postgresql odoo nginx)
echo "odoo $(timeout 60 sh -c 'until curl -s -o /dev/null -w "%{http_code}" http://127.0.0.1:8069/web/static/src/img/logo.png; do sleep 0.2; done')"
echo "served $(echo | openssl s_client -connect 127.0.0.1:443 -servername "$(hostname).bench.example" 2>/dev/null | openssl x509 -noout -fingerprint -sha256)"
