# Odoo 19 supports Python up to 3.13 and sid has 3.14. These changes let it run there, for tests only.

# pytz from Debian looks up a missing zone through an importlib call that 3.14 refuses, unless it is told the folder.
cat >>/etc/python3.14/sitecustomize.py <<'PY'

import os
os.environ.setdefault('PYTZ_TZDATADIR', '/usr/share/zoneinfo')
PY
echo 'PYTZ_TZDATADIR=/usr/share/zoneinfo' >>/etc/environment

odoo=/usr/lib/python3/dist-packages/odoo/tools

# WeakSet of 3.14 copies its data before it goes through it; Odoo gives it an OrderedSet, which has no method for that.
sed -i '/^class OrderedSet/,/^class /s/^    def intersection(self, \*others):$/    def copy(self):\n        return type(self)(self)\n\n&/' "$odoo/misc.py"
grep -q 'return type(self)(self)' "$odoo/misc.py"

# safe_eval lists the opcodes it allows; 3.14 compiles to others.
sed -i '/^def assert_valid_codeobj/,/^def /s/^    assert_no_dunder_name(code_obj, expr)$/    allowed_codes = set(opmap.values())\n&/' "$odoo/safe_eval.py"
grep -q 'allowed_codes = set(opmap.values())' "$odoo/safe_eval.py"

python3 -m py_compile "$odoo/misc.py" "$odoo/safe_eval.py"
runuser -u odoo -- odoo --version >/dev/null
