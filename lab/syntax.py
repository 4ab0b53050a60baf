# Parses programs as the oldest Python on any host would, and as the one that runs this.
# The arguments: FILE...
import ast
import sys
import warnings

OLDEST = (3, 6)

warnings.simplefilter("error")  # a later Python refuses what this one warns of
failed = False
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as f:
        text = f.read()
    for version in (OLDEST, sys.version_info[:2]):
        try:
            ast.parse(text, name, feature_version=version)
        except (SyntaxError, Warning) as e:
            failed = True
            print("%s:%s: not for Python %d.%d: %s" % (name, getattr(e, "lineno", None) or 1, version[0], version[1], e))
if len(sys.argv) < 2:
    sys.exit("no programs are named")
sys.exit(failed)
