# Whether Odoo could load modules, asked before it is restarted on them: of each installable
# module in the folders that change, the manifest is read, what the package imports of itself
# is compiled, and the XML files that the manifest lists are parsed. Then, of those modules
# that a database has, and of those that are asked for: all that they depend on is there and
# installable, without a circle, and so are the Python packages and programs that they name.
# It runs nothing of a module. Odoo 10 has Python 2.
#   JSON   {"changed": [FOLDER...], "folders": [all of them, in Odoo's order], "conf": FILE,
#          "databases": [NAME...], "install": [MODULE...], "update": [MODULE...]}
# prints what is wrong, and exits with 1
import ast
import glob
import io
import json
import os
import re
import sys
from xml.parsers import expat

asked = dict((k, v or []) for k, v in json.loads(sys.argv[1]).items())
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


# dictionary returns what is in a manifest.
def dictionary(tree):
    [only] = tree.body
    found = ast.literal_eval(only.value)
    if not isinstance(found, dict):
        raise ValueError("it is no dictionary")
    return found


def manifest_in(module):
    for name in ("__manifest__.py", "__openerp__.py"):
        path = os.path.join(module, name)
        if os.path.isfile(path):
            return path
    return None


def check(module, path):
    tree = compiled(path)
    if tree is None:
        return
    try:
        manifest = dictionary(tree)
    except (ValueError, AttributeError) as e:
        return wrong(path, 1, "not a manifest: %s" % e)
    if manifest.get("installable", True):
        package(module)
        listed(module, manifest)


# odoos are the folders of the modules that come with Odoo, wherever Python has it.
def odoos():
    try:
        from importlib.util import find_spec
        spec = find_spec("odoo")
        places = list(spec.submodule_search_locations) if spec else []
    except ImportError:  # Python 2
        import imp
        try:
            places = [imp.find_module("odoo")[1]]
        except ImportError:
            places = []
    return [os.path.join(place, "addons") for place in places]


# options are those of odoo.conf; none if it cannot be read.
def options():
    try:
        import configparser
    except ImportError:  # Python 2
        import ConfigParser as configparser
    try:
        c = configparser.RawConfigParser()
        c.read(asked["conf"])
        return dict(c.items("options"))
    except Exception:  # its own check says what is wrong with it
        return {}


# installed are the modules that the databases have. One that cannot be asked has none.
def installed(conf):
    names = set()
    given = dict((k, conf["db_" + k]) for k in ("host", "port", "user", "password", "sslmode")
                 if conf.get("db_" + k, "False") not in ("False", ""))
    for database in asked["databases"]:
        try:
            import psycopg2
            c = psycopg2.connect(dbname=database, connect_timeout=5, **given)
            cr = c.cursor()
            cr.execute("set statement_timeout = 10000")
            cr.execute("select name from ir_module_module where state in ('installed', 'to install', 'to upgrade')")
            names.update(row[0] for row in cr.fetchall())
            c.close()
        except Exception:
            pass
    return names


# importable looks for a module without importing it.
def importable(name):
    try:
        from importlib.util import find_spec
    except ImportError:  # Python 2
        from pkgutil import find_loader as find_spec
    try:
        return find_spec(name) is not None
    except Exception:  # of what is above it
        return False


# lacking says what is wrong with a Python package that a manifest names, as Odoo does
# (check_python_external_dependency): by the name of a package or of a module, and in later
# versions as a requirement.
def lacking(wanted):
    name = re.match(r"[\w.-]*", wanted).group()
    try:
        from packaging.requirements import Requirement
        requirement = Requirement(wanted)
        if requirement.marker and not requirement.marker.evaluate():
            return None
    except Exception:  # then there is only a name
        requirement = None
    try:
        try:
            from importlib.metadata import version
        except ImportError:  # before Python 3.8
            import pkg_resources
            has = pkg_resources.get_distribution(name).version
        else:
            has = version(name)
    except Exception:  # which one depends on the Python
        return None if importable(name) else "is not there"
    if requirement and not requirement.specifier.contains(has, prereleases=True):
        return "is there as " + has
    return None


class Graph:
    def __init__(self, conf):
        self.folders = asked["folders"] + odoos()
        self.paths = os.environ.get("PATH", "").split(os.pathsep) + [conf.get("bin_path", "")]
        self.has = installed(conf)
        self.found, self.done = {}, set()

    # find returns the manifest of a module: its path, its syntax tree and what is in it.
    # One that cannot be read says nothing; where it changes, that is told already.
    def find(self, module):
        if module in self.found:
            return self.found[module]
        self.found[module] = None
        for folder in self.folders:
            path = manifest_in(os.path.join(folder, module))
            if path:
                tree, says = None, {}
                try:
                    tree = compile(content(path), path, "exec", ast.PyCF_ONLY_AST, True)
                    says = dictionary(tree)
                except Exception:
                    pass
                self.found[module] = path, tree, says
                break
        return self.found[module]

    def changes(self, module):
        found = self.find(module)
        return found is not None and os.path.dirname(os.path.dirname(found[0])) in asked["changed"]

    def walk(self, module, trail):
        path, tree, says = self.find(module)
        self.done.add(module)

        def fault(text, what):
            lines = [n.lineno for n in ast.walk(tree) if text in (getattr(n, "value", None), getattr(n, "s", None))]
            wrong(path, lines[0] if lines else 1, what)

        if not says.get("installable", True):
            return fault("installable", "%s is %s, and it says that it is not installable" % (
                module, "installed" if module in self.has else "to be installed"))
        for name in says.get("depends") or ():
            if name in trail + [module]:
                circle = (trail + [module])[(trail + [module]).index(name):] + [name]
                fault(name, "modules depend on each other in a circle: " + " -> ".join(circle))
            elif self.find(name) is None:
                fault(name, "%s depends on %s, which is in none of %s" % (module, name, ", ".join(self.folders)))
            elif name not in self.done:
                self.walk(name, trail + [module])
        if module in self.has and trail:
            return  # Odoo does not ask again for what another needs
        needs = says.get("external_dependencies") or {}
        for name in needs.get("python") or ():
            lack = lacking(name)
            if lack:
                fault(name, "%s needs the Python package %s, which %s for %s" % (module, name, lack, sys.executable))
        for name in needs.get("bin") or ():
            if not any(os.access(os.path.join(p, name), os.X_OK) for p in self.paths if p):
                fault(name, "%s needs the program %s, which is not in PATH" % (module, name))

    def resolve(self):
        for module in sorted(asked["install"]):
            if self.find(module) is None:
                errors.append("module %s is to be installed, and is in none of %s" % (module, ", ".join(self.folders)))
        for module in sorted(self.has.union(asked["install"])):
            wanted = module in asked["install"] or module in asked["update"] or self.changes(module)
            if wanted and self.find(module) and module not in self.done:
                self.walk(module, [])


for folder in asked["changed"]:
    for name in sorted(os.listdir(folder)):
        at = os.path.join(folder, name)
        path = manifest_in(at)
        if path:
            check(os.path.realpath(at), os.path.join(os.path.realpath(at), os.path.basename(path)))
Graph(options()).resolve()
if errors:
    print("\n".join(errors[:20]))
    sys.exit(1)
