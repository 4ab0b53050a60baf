-- Names that are compared by an operator and an order of the owner's own.
create domain word as text check (value is not null);
create type label as (text text);
create function same(label, text) returns bool language sql volatile as $$ select public.look() <> '' $$;
create operator = (leftarg = label, rightarg = text, function = same);
create function same_word(word, word) returns bool language sql volatile as $$ select public.look() <> '' $$;
create operator = (leftarg = word, rightarg = word, function = same_word);
create function text(label) returns text language sql volatile as $$ select public.look() $$;
create cast (label as text) with function text(label) as implicit;
alter table ir_module_module rename to kept;
create table ir_module_module (name label, state word, latest_version text);
insert into ir_module_module values (row('base')::label, 'installed', '14.0.1.3');
