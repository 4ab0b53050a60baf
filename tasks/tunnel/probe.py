# From the Odoo host through the tunnel: who answers? Prints one line, WORD: TEXT,
# and succeeds where it is the PostgreSQL that is meant.
import configparser, socket, sys

config, host, port, system, far, unit = sys.argv[1:]
where = host + "/.s.PGSQL." + port if host.startswith("/") else host + ":" + port


def say(word, text):
    print(word + ": " + " ".join(text.split()))  # who answers has part of the words, and no line of its own
    sys.exit(0 if word == "ok" else 1)


def dial():
    if host.startswith("/"):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(5)
        s.connect(where)
        return s
    return socket.create_connection((host, int(port)), 5)


try:
    s = dial()
except FileNotFoundError:
    say("down", "there is no socket %s: %s is not connected to %s; `journalctl -u %s` says why" % (where, unit, far, unit))
except ConnectionRefusedError:
    if host.startswith("/"):
        say("stale", "nobody serves the socket %s any more: a process that ended left it; `systemctl restart %s`" % (where, unit))
    say("down", "nothing listens on %s: %s is not connected to %s; `journalctl -u %s` says why" % (where, unit, far, unit))
except OSError as e:
    say("down", "%s: %s" % (where, e))

s.settimeout(8)
try:
    s.sendall(bytes([0, 0, 0, 8, 4, 210, 22, 47]))  # SSLRequest (protocol, 55.2.10)
    byte = s.recv(1)
except socket.timeout:
    say("silent", "%s takes connections and nobody answers: the link to %s is down, or something else listens there" % (where, far))
except OSError:
    byte = b""
s.close()
if byte == b"":
    say("dead", "%s takes connections and its far end ends them: on %s PostgreSQL does not run, or sshd forbids the forwarding (AllowTcpForwarding, PermitOpen, DisableForwarding); `journalctl -u %s` says which" % (where, far, unit))
if byte not in (b"S", b"N"):
    say("foreign", "what answers on %s is not PostgreSQL" % where)

try:
    import psycopg2
except ImportError:
    say("ok", "PostgreSQL answers on %s; python3 has no psycopg2, so which one was not asked" % where)
options = configparser.RawConfigParser()
options.read(config)
get = lambda name: options.get("options", name, fallback=None)
try:
    c = psycopg2.connect(host=host, port=port, user=get("db_user"), password=get("db_password"), dbname="postgres", connect_timeout=10)
    q = c.cursor()
    q.execute("select system_identifier::text from pg_control_system()")
    found = q.fetchone()[0]
except psycopg2.Error as e:
    say("refused", "PostgreSQL answers on %s and does not let the role %s in, so which one it is is not known: %s" % (where, get("db_user"), str(e).strip().replace("\n", " ")))
if system == "-":
    say("wrong", "on %s answers PostgreSQL %s, and on %s none runs: something else is behind %s" % (where, found, far, where))
if found != system:
    say("wrong", "on %s answers PostgreSQL %s, and the one on %s is %s: something else is behind %s" % (where, found, far, system, where))
say("ok", "PostgreSQL %s on %s answers on %s" % (found, far, where))
