"""Prints the options of the Odoo that is installed here: of its parser with type,
default and choices, and the names that its code reads from the configuration."""
import json
import os
import re
import sys

sys.argv = ["odoo"]
import odoo
from odoo.tools import config


def listed():
    if hasattr(config, "options_index"):  # 19
        options = config.options_index
        return {name: (o, o.my_default) for name, o in options.items() if o.file_loadable}, [n for n, o in options.items() if not o.file_loadable]
    casts = config.casts
    return {name: (casts.get(name), value) for name, value in config.options.items()}, []


def kind(option, default):
    if option is None:  # of the file alone: as its default
        return "bool" if isinstance(default, bool) else "text"
    if option.type in ("int", "float", "choice", "bool"):
        return option.type
    if option.action in ("store_true", "store_false"):
        return "bool"
    return "text"


options, commands = listed()
found = {}
for name, (option, default) in options.items():
    if default is None or default is False and kind(option, default) != "bool" or default == []:
        default = ""
    if isinstance(default, list):
        default = ",".join(default)
    found[name] = {"kind": kind(option, default), "default": str(default), "choices": list(option.choices or []) if option is not None else []}
read = set()
for folder, below, files in os.walk(list(odoo.__path__)[0]):
    below[:] = [b for b in below if b not in ("tests", "static", "i18n", "data", "views")]
    for file in files:
        if file.endswith(".py"):
            with open(os.path.join(folder, file), errors="replace") as f:
                read.update(re.findall(r"config(?:\.get\(|\[)\s*[\x27\x22](\w+)[\x27\x22]", f.read()))
json.dump({"options": found, "commands": commands, "read": sorted(read)}, sys.stdout)
