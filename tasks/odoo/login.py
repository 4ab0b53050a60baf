# For `odoo shell`, which runs it: gives a new database's administrator a name and a
# password, by Odoo's own hand. The user's record and the two are JSON in file 3, for a
# password belongs in no argument. Odoo 10 has Python 2.
import json, os

record, login, password = json.loads(os.fdopen(3, "rb").read().decode("utf-8"))
env.ref(record).write({"login": login, "password": password})
env.cr.commit()
