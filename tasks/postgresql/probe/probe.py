# Tests a PostgreSQL from the host that needs it, by the protocol's SSLRequest and
# StartupMessage (PostgreSQL, chapter "Frontend/Backend Protocol").
#   knock HOST PORT USER TLS DATABASE...        how it would let the user log in: one line per
#                                               database. It stops before the password.
#   identity CONFIG HOST PORT SYSTEM FAR UNIT   whether the server FAR is behind the tunnel UNIT:
#                                               one line, WORD: TEXT. It logs in as Odoo does.
import base64, glob, os, re, socket, ssl, struct, sys

def connect(host, port, seconds):
    if host.startswith('/'):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        s.settimeout(seconds)
        s.connect('%s/.s.PGSQL.%s' % (host, port))
        return s
    return socket.create_connection((host, int(port)), seconds)

def offer_tls(s):
    s.sendall(struct.pack('!ii', 8, 80877103))
    return s.recv(1)

def exactly(s, n):
    data = b''
    while len(data) < n:
        part = s.recv(n - len(data))
        if not part:
            raise EOFError('the server closed the connection')
        data += part
    return data

def send(s, kind, body):
    s.sendall(kind + struct.pack('!i', len(body) + 4) + body)

def message(s):
    kind, size = struct.unpack('!ci', exactly(s, 5))
    if not 4 <= size <= 30000:
        raise EOFError('something answers that is no PostgreSQL')
    return kind, exactly(s, size - 4)

def error(body):
    fields = dict((f[:1], f[1:].decode('utf-8', 'replace')) for f in body.split(b'\0') if f)
    return fields.get(b'C', '?') + ' ' + fields.get(b'M', '?')

def leave(s, secure):
    # Dropping the connection would leave a line in the server's log.
    try:
        if secure:
            s.unwrap()
        else:
            s.shutdown(socket.SHUT_WR)
            s.recv(1)
    except (OSError, ValueError):
        pass
    s.close()

METHODS = {0: 'trust', 2: 'kerberos', 3: 'password', 5: 'md5', 7: 'gss', 9: 'sspi', 10: 'scram-sha-256'}

def ask(host, port, user, database, tls):
    s = connect(host, port, 4)
    secure = False
    try:
        if tls != 'no' and not host.startswith('/'):
            answer = offer_tls(s)
            if not answer:
                raise EOFError('the server closed the connection')
            if answer == b'S':
                context = ssl.SSLContext(getattr(ssl, 'PROTOCOL_TLS_CLIENT', ssl.PROTOCOL_SSLv23))
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
                s = context.wrap_socket(s)
                secure = True
            elif tls == 'require':
                return 'rejected 08000 the server does not speak TLS'
        send(s, b'', struct.pack('!i', 196608) + b'user\0' + user.encode() + b'\0database\0' + database.encode() + b'\0\0')
        kind, body = message(s)
        if kind == b'E':
            why = error(body)
            if secure and tls == 'prefer' and why.startswith('28000'):
                return ask(host, port, user, database, 'no')
            return 'rejected ' + why
        if kind != b'R':
            return 'unreachable something answers that is no PostgreSQL'
        code = struct.unpack('!i', body[:4])[0]
        found = 'allowed %s %s' % (METHODS.get(code, 'method-%d' % code), 'tls' if secure else 'plain')
        if code == 10 and b'SCRAM-SHA-256' in body[4:].split(b'\0'):
            first = b'n,,n=,r=' + base64.b64encode(os.urandom(18))
            send(s, b'p', b'SCRAM-SHA-256\0' + struct.pack('!i', len(first)) + first)
            kind, body = message(s)
            salt = re.search(b',s=([A-Za-z0-9+/=]+)', body[4:])
            if kind == b'R' and salt:
                found += ' ' + salt.group(1).decode()
        return found
    finally:
        leave(s, secure)

def knock(arguments):
    host, port, user, tls = arguments[:4]
    for database in arguments[4:]:
        try:
            answer = ask(host, port, user, database, tls)
        except ssl.SSLError as e:
            answer = 'unreachable no TLS with what answers there: %s' % e
        except (EOFError, OSError, ValueError, struct.error) as e:
            answer = 'unreachable ' + (str(e) or e.__class__.__name__)
        print(database + ' ' + ' '.join(answer.split()))
    libraries = [int(m.group(1)) for p in glob.glob('/usr/lib*/libpq.so.5.*') + glob.glob('/usr/lib/*/libpq.so.5.*') + glob.glob('/usr/pgsql-*/lib/libpq.so.5.*') for m in [re.search(r'\.5\.(\d+)$', p)] if m]
    if libraries:
        print('libpq %d' % max(libraries))

def say(word, text):
    print(word + ": " + " ".join(text.split()))  # who answers has part of the words, and no line of its own
    sys.exit(0 if word == "ok" else 1)

def identity(arguments):
    config, host, port, system, far, unit = arguments
    where = host + "/.s.PGSQL." + port if host.startswith("/") else host + ":" + port

    try:
        s = connect(host, port, 5)
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
        byte = offer_tls(s)
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
        import configparser, psycopg2
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
    if system == "":
        say("ok", "PostgreSQL %s on %s answers on %s" % (found, far, where))
    if system == "-":
        say("wrong", "on %s answers PostgreSQL %s, and on %s none runs: something else is behind %s" % (where, found, far, where))
    if found != system:
        say("wrong", "on %s answers PostgreSQL %s, and the one on %s is %s: something else is behind %s" % (where, found, far, system, where))
    say("ok", "PostgreSQL %s on %s answers on %s" % (found, far, where))

{'knock': knock, 'identity': identity}[sys.argv[1]](sys.argv[2:])
