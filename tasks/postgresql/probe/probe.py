# Asks a PostgreSQL how it would let a user in, and stops before the password: the
# protocol's SSLRequest and StartupMessage (PostgreSQL, chapter "Frontend/Backend
# Protocol"). Prints what it finds out, one thing per line.
import base64, glob, os, re, socket, ssl, struct, sys

def connect(host, port):
    if host.startswith('/'):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        s.settimeout(4)
        s.connect('%s/.s.PGSQL.%s' % (host, port))
        return s
    return socket.create_connection((host, int(port)), 4)

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
    # A connection that is only dropped leaves a line in the server's log.
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
    s = connect(host, port)
    secure = False
    try:
        if tls != 'no' and not host.startswith('/'):
            s.sendall(struct.pack('!ii', 8, 80877103))
            if exactly(s, 1) == b'S':
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

host, port, user, tls = sys.argv[1:5]
for database in sys.argv[5:]:
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
