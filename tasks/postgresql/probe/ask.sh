# can_ask: this host has a Python.
can_ask() { command -v python3 >/dev/null || { echo 'unasked no python3'; exit; }; }
