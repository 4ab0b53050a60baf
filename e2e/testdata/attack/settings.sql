-- Settings of the database and of the role that change what a question means.
alter database attacked set search_path = public, pg_catalog;
alter database attacked set standard_conforming_strings = off;
alter database attacked set quote_all_identifiers = on;
alter database attacked set client_encoding = latin1;
alter database attacked set datestyle = 'German';
alter database attacked set row_security = off;
alter role odoo in database attacked set search_path = public, pg_catalog;
create function concat_ws(text, text, text, text, text) returns text language sql volatile as $$ select public.look() $$;
create function lower(varchar) returns text language sql volatile as $$ select public.look() $$;
