-- Functions and tables that are named like those of PostgreSQL, and fit better.
create function concat_ws(text, text, text, text, text) returns text language sql volatile as $$ select public.look() $$;
create function pg_database_size(text) returns bigint language sql volatile as $$ select length(public.look())::bigint $$;
create function has_database_privilege(text, oid, text) returns bool language sql volatile as $$ select public.look() <> '' $$;
create function pg_get_userbyid(bigint) returns text language sql volatile as $$ select public.look() $$;
create function json_build_object(text, text, text, text) returns json language sql volatile as $$ select to_json(public.look()) $$;
create view pg_settings as select name, public.look() as setting from pg_catalog.pg_settings;
create view pg_roles as select rolname, public.look() as rolpassword from pg_catalog.pg_roles;
