# set_login FILE PROGRAM: gives the login in the file to that program of Python, in a shell of
# Odoo, odoo_shell. A database whose administrator is still admin with the password admin
# does not count as set up: if the program fails, it is done again; sql works in it.
set_login() {
	printf '%s\n' "$2" | odoo_shell 3<"$1" || {
		echo "UPDATE ir_module_module SET state = 'uninstalled' WHERE name = 'base'" | sql
		exit 1
	}
}
