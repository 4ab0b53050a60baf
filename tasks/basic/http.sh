# can_ask: this host has a Python.
can_ask() { command -v python3 >/dev/null || { echo 'python3 is missing: package: {names: [python3]}'; exit 1; }; }
