-- The table is a view over a function.
alter table ir_module_module rename to kept;
create view ir_module_module as select name, state, latest_version from kept where public.look() <> '';
