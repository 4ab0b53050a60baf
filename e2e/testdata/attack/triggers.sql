-- Triggers and rules on the table, for whoever writes into it.
create function fired() returns trigger language plpgsql volatile as $$ begin perform public.look(); return new; end $$;
create trigger look before insert or update on ir_module_module for each row execute function fired();
create rule look as on update to ir_module_module do also select public.look();
create rule look_insert as on insert to ir_module_module do also select public.look();
