# Whether Odoo could load the modules in folders, asked before it is restarted on them. Of
# each installable module it reads the manifest, compiles what the package imports of itself,
# and parses the XML files that the manifest lists. Odoo 10 has Python 2.
#   FOLDER...   prints what is wrong, and exits with 1
import ast
import glob
import io
import os
import sys
from xml.parsers import expat

errors = []


def wrong(path, line, what):
    errors.append("%s:%s: %s" % (path, line, what))


def content(path):
    with io.open(path, "rb") as f:
        return f.read()


# compiled returns a file's syntax tree; None if it has none.
def compiled(path):
    try:
        text = content(path)
        compile(text, path, "exec", 0, True)
        return compile(text, path, "exec", ast.PyCF_ONLY_AST, True)
    except SyntaxError as e:
        wrong(path, e.lineno or 1, "%s: %s" % (type(e).__name__, e.msg))
    except (ValueError, TypeError) as e:  # a NUL
        wrong(path, 1, e)
    return None


# imported yields the files that a file imports of its own package, by relative imports.
# What is no file there is a name in one.
def imported(path, tree):
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = os.path.dirname(path)
        for _ in range(node.level - 1):
            base = os.path.dirname(base)
        steps = (node.module or "").split(".") if node.module else []
        for i in range(len(steps)):
            base = os.path.join(base, steps[i])
            yield base + ".py"
            yield os.path.join(base, "__init__.py")
        for name in node.names:
            yield os.path.join(base, name.name + ".py")
            yield os.path.join(base, name.name, "__init__.py")


def package(module):
    todo, seen = [os.path.join(module, "__init__.py")], set()
    while todo:
        path = os.path.normpath(todo.pop())
        if path in seen or not path.startswith(module + os.sep) or not os.path.isfile(path):
            continue
        seen.add(path)
        tree = compiled(path)
        if tree is not None:
            todo.extend(imported(path, tree))


def parse(path):
    try:
        expat.ParserCreate().Parse(content(path), True)
    except expat.ExpatError as e:
        wrong(path, e.lineno, expat.ErrorString(e.code))


# listed parses the XML files of a manifest. Odoo stops at one of data that is not there;
# other lists have patterns too.
def listed(module, manifest):
    for key in ("data", "init_xml", "update_xml", "demo", "demo_xml", "qweb"):
        for name in manifest.get(key) or ():
            path = os.path.join(module, name)
            if key == "data" and not os.path.isfile(path):
                wrong(path, 1, "the manifest lists it, and it is not there")
            for found in glob.glob(path):
                if found.endswith(".xml"):
                    parse(found)


def check(module, path):
    tree = compiled(path)
    if tree is None:
        return
    try:
        [only] = tree.body
        manifest = ast.literal_eval(only.value)
    except (ValueError, AttributeError) as e:
        return wrong(path, 1, "not a manifest: %s" % e)
    if not isinstance(manifest, dict):
        return wrong(path, 1, "not a manifest: it is no dictionary")
    if manifest.get("installable", True):
        package(module)
        listed(module, manifest)


for folder in sys.argv[1:]:
    for name in sorted(os.listdir(folder)):
        for file in ("__manifest__.py", "__openerp__.py"):
            at = os.path.join(folder, name)
            if os.path.isfile(os.path.join(at, file)):
                check(os.path.realpath(at), os.path.join(os.path.realpath(at), file))
                break
if errors:
    print("\n".join(errors[:20]))
    sys.exit(1)
