-- What a server says of itself, as one value: database postgres, as its superuser.
-- It touches catalogs only; search_path is pg_catalog.
select jsonb_build_object(
	'version', current_setting('server_version_num')::int,
	'system', (select system_identifier::text from pg_control_system()),
	'hba', current_setting('hba_file'),
	'loaded', extract(epoch from pg_conf_load_time())::bigint,
	'config', current_setting('config_file'),
	'data', current_setting('data_directory'),
	'roles', (select jsonb_object_agg(rolname, jsonb_build_object(
			'super', rolsuper, 'createdb', rolcreatedb, 'createrole', rolcreaterole, 'login', rolcanlogin,
			'replication', rolreplication, 'bypassrls', rolbypassrls, 'limit', nullif(rolconnlimit, -1)::text,
			'until', rolvaliduntil::text, 'expired', coalesce(rolvaliduntil < now(), false),
			'bootstrap', oid = 10, 'password', rolpassword))
		from pg_authid where rolname !~ '^pg_'),
	'databases', (select jsonb_object_agg(datname, jsonb_build_object(
			'owner', pg_get_userbyid(datdba), 'encoding', pg_encoding_to_char(encoding), 'collate', datcollate,
			'private', not has_database_privilege('public', oid, 'CONNECT'),
			'clients', (select count(*) from pg_stat_activity where datid = d.oid and pid <> pg_backend_pid())))
		from pg_database d where not datistemplate),
	'settings', (select jsonb_object_agg(name, jsonb_build_object(
			'value', setting, 'unit', unit, 'context', context, 'file', sourcefile, 'source', source, 'pending', pending_restart))
		from pg_settings where source = 'configuration file' or pending_restart or name = any (string_to_array(:'asked', ','))));
