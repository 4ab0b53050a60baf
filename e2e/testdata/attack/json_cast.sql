-- A type whose cast to json is the function: to_json and its kind use such casts.
create type version as (text text);
create function as_json(version) returns json language sql volatile as $$ select to_json(public.look()) $$;
create cast (version as json) with function as_json(version);
create function as_text(version) returns text language sql volatile as $$ select public.look() $$;
create cast (version as text) with function as_text(version) as implicit;
alter table ir_module_module rename to kept;
create table ir_module_module (name text, state version, latest_version version);
insert into ir_module_module values ('base', row('installed')::version, row('14.0.1.3')::version);
