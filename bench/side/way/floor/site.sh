# The same site by hand: it writes what differs, and restarts or reloads its service.
# There is no plan, no check before the swap, no undo, and no proof that the service
# applied it.
set -eu
umask 022
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
postgresql= odoo= nginx=

# put PATH MODE OWNER:GROUP: standard input is the file's content. Succeeds if it
# changed.
put() {
	cat >"$tmp/new"
	if cmp -s "$tmp/new" "$1" && [ "$(stat -c '%a %U:%G' "$1")" = "$2 $3" ]; then
		return 1
	fi
	install -m "$2" -o "${3%:*}" -g "${3#*:}" "$tmp/new" "$1.new"
	mv "$1.new" "$1"
	echo "changed $1"
}

sql() { (cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -XAtq -v ON_ERROR_STOP=1 -d postgres); }

if put /etc/postgresql/13/main/conf.d/50-odooctl.conf 644 postgres:postgres <<'END'; then postgresql=1; fi
{{ include postgresql/templates/50-odooctl.conf }}
END

hba=/etc/postgresql/13/main/pg_hba.conf
cat >"$tmp/rules" <<'END'
# BEGIN odooctl managed rules: edits between the two marks are put back
{{ include postgresql/templates/pg_hba.conf }}
# END odooctl managed
END
sed -e '/^# BEGIN odooctl managed/,/^# END odooctl managed/d' -e "/^# IPv4 local connections:/r $tmp/rules" "$hba" >"$tmp/hba"
if put "$hba" 640 postgres:postgres <"$tmp/hba"; then postgresql=1; fi

# If the role can log in the password is right; before the first apply nothing listens
# there.
printf '*:*:*:odoo:{{ role_password }}\n' >"$tmp/pgpass"
chmod 600 "$tmp/pgpass"
role=$(echo "SELECT rolcanlogin AND rolcreatedb AND NOT (rolsuper OR rolcreaterole OR rolreplication) FROM pg_roles WHERE rolname = 'odoo'" | sql)
if [ "$role" != t ] || ! PGPASSFILE=$tmp/pgpass psql -XAtqc 'SELECT 1' "host={{ address }} user=odoo dbname=postgres" >/dev/null 2>&1; then
	sql <<'END'
SET password_encryption = 'scram-sha-256';
DO $$ BEGIN CREATE ROLE odoo; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER ROLE odoo LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION PASSWORD '{{ role_password }}';
END
	echo "changed role odoo"
fi

if put /etc/odoo/odoo.conf 640 root:odoo <<'END'; then odoo=1; fi
{{ include odoo/templates/odoo.conf }}
END
mkdir -p /etc/systemd/system/odoo.service.d /etc/nginx/odooctl
if put /etc/systemd/system/odoo.service.d/odooctl.conf 644 root:root <<'END'; then odoo=1; fi
{{ include odoo/templates/odooctl.conf }}
END

if put /etc/nginx/odooctl/{{ site }}.pem 644 root:root <<'END'; then nginx=1; fi
{{ certificate }}
END
if put /etc/nginx/odooctl/{{ site }}.key 600 root:root <<'END'; then nginx=1; fi
{{ key }}
END
if put /etc/nginx/modules-enabled/99-odooctl.conf 644 root:root <<'END'; then nginx=1; fi
{{ include nginx/templates/99-odooctl.conf }}
END
if put /etc/nginx/conf.d/odooctl.conf 644 root:root <<'END'; then nginx=1; fi
{{ include nginx/templates/odooctl.conf }}
END
if put /etc/nginx/sites-available/odooctl-{{ site }}.conf 644 root:root <<'END'; then nginx=1; fi
{{ include nginx/templates/site.conf }}
END
if [ "$(readlink /etc/nginx/sites-enabled/odooctl-{{ site }}.conf)" != ../sites-available/odooctl-{{ site }}.conf ]; then
	ln -sfn ../sites-available/odooctl-{{ site }}.conf /etc/nginx/sites-enabled/odooctl-{{ site }}.conf
	nginx=1
fi

if [ "$postgresql" ]; then
	systemctl reload postgresql@13-main
	sleep 0.2
	if [ "$(echo 'SELECT count(*) FROM pg_settings WHERE pending_restart' | sql)" != 0 ]; then
		systemctl restart postgresql@13-main
	fi
fi
if [ "$odoo" ]; then
	systemctl daemon-reload
	systemctl restart odoo
fi
if [ "$nginx" ]; then
	nginx -t -q
	systemctl reload nginx
fi
systemctl is-active postgresql@13-main odoo nginx >/dev/null || systemctl start postgresql@13-main odoo nginx
systemctl is-enabled postgresql odoo nginx >/dev/null || systemctl enable postgresql odoo nginx
if [ "$odoo" ]; then
	timeout 120 sh -c 'until curl -s -o /dev/null http://127.0.0.1:8069/; do sleep 0.1; done'
fi
