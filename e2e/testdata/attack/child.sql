-- A partitioned table, whose parts are asked by way of the function.
alter table ir_module_module rename to kept;
create table ir_module_module (name text, state text, latest_version text) partition by list (name);
create table part partition of ir_module_module default;
insert into ir_module_module select * from kept;
alter table part enable row level security;
alter table part force row level security;
create policy look on part using (public.look() <> '');
