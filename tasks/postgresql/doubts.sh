# The lines of pg_hba.conf that the server loads and warns of, such as hostssl while ssl is off:
# those of the view with an error and a type. A server before 10 has no such view.
part "$nth hba doubts"
ask postgres 2>/dev/null <<'END'
select 'line ' || line_number || ': ' || error from pg_hba_file_rules where error is not null and type is not null;
END
