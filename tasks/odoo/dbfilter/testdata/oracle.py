"""Asks the db_filter of the Odoo that is installed here which databases it shows.

It takes the function out of odoo/http.py, gives it a configuration and a
request, and answers a list of cases on standard input with one list each, or
null where Python refuses the expression. Without Odoo, where the first argument
is re, the filter of a case is matched as it is.
"""
import ast
import json
import re
import sys
import types
import warnings

warnings.simplefilter("ignore")


def function(path):
    tree = ast.parse(open(path).read())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "db_filter":
            return ast.Module([node], [])
    raise SystemExit("no db_filter in " + path)


config = {}
request = types.SimpleNamespace(httprequest=types.SimpleNamespace(environ={}))
names = {
    "re": re,
    "config": config,
    "request": request,
    "odoo": types.SimpleNamespace(tools=types.SimpleNamespace(config=config)),
}
if sys.argv[1] == "re":
    names["db_filter"] = lambda dbs: [db for db in dbs if re.match(config["dbfilter"], db)]
else:
    exec(compile(function(sys.argv[1]), sys.argv[1], "exec"), names)
answers = []
for case in json.load(sys.stdin):
    config["dbfilter"] = case["filter"]
    config["db_name"] = case["names"] if "list" in sys.argv[2:] else ",".join(case["names"] or [])
    request.httprequest.environ["HTTP_HOST"] = case["host"]
    try:
        answers.append(names["db_filter"](case["databases"]))
    except (re.error, OverflowError):
        answers.append(None)
json.dump(answers, sys.stdout)
