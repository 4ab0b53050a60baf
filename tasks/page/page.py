# Requests pages over HTTP, and prints the answer if it is not as wanted.
#   answers NAME ADDRESSES QUESTION...       each question, PORT METHOD PATH, is answered with
#                                            200 on one of the addresses, under this name
#   shows NAME ADDRESSES PORT PATH TEXT      the page contains the text, on one of them
#   request SCHEME NAME ADDRESS PORT METHOD PATH STATUS TEXT INSECURE HEADERS HEADERS
#                                            one of these statuses, a text and headers; HEADERS,
#                                            those sent and those wanted, are COUNT [NAME VALUE]...
import http.client, sys

what, rest = sys.argv[1], sys.argv[2:]


def words(n):
    taken = rest[:n]
    del rest[:n]
    return taken


def ask(connection, method, path, body, headers):
    connection.request(method, path, body, headers)
    return connection.getresponse()


def text(answer):
    return answer.read(10000000).decode("utf-8", "replace")


def answers():
    name, addresses = words(2)

    def well(address, port, method, path):
        try:
            r = ask(http.client.HTTPConnection(address, int(port), timeout=10), method, path,
                    "{}" if method == "POST" else None, {"Host": name, "Content-Type": "application/json"})
            if r.status == 200:
                return True
            print("%s:%s%s says %d %s to %s" % (address, port, path, r.status, r.reason, name))
        except OSError as e:
            print("%s:%s: %s" % (address, port, e))

    for q in rest:
        if not any(well(a, *q.split()) for a in addresses.split()):
            sys.exit(1)


def shows():
    name, addresses, port, path, wanted = words(5)
    for address in addresses.split():
        try:
            r = ask(http.client.HTTPConnection(address, int(port), timeout=20), "GET", path, None, {"Host": name})
            if r.status == 200 and wanted in text(r):
                return
            print("%s:%s%s says %d %s to %s, without %s" % (address, port, path, r.status, r.reason, name, wanted))
        except OSError as e:
            print("%s:%s: %s" % (address, port, e))
    sys.exit(1)


def request():
    import socket, ssl
    scheme, name, address, port, method, path, status, contains, insecure = words(9)

    def headers():
        return [words(2) for _ in range(int(words(1)[0]))]

    send, want = headers(), headers()
    try:
        s = socket.create_connection((address, int(port)), timeout=20)
        if scheme == "https":
            context = ssl.create_default_context()
            if insecure == "true":
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            s = context.wrap_socket(s, server_hostname=name)
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        c = kind(name, int(port), timeout=20)
        c.sock = s
        r = ask(c, method, path, None, dict(send))
        body = text(r)
    except Exception as e:
        sys.exit("%s port %s: %s" % (address, port, e))
    if str(r.status) not in status.split(","):
        sys.exit("it answers %d %s: %s" % (r.status, r.reason, body[:200]))
    if contains not in body:
        sys.exit("it answers %d, without %r: %s" % (r.status, contains, body[:200]))
    for k, v in want:
        if v not in (r.headers.get(k) or ""):
            sys.exit("it answers %d, with %s: %s" % (r.status, k, r.headers.get(k)))


if what == "answers":
    answers()
elif what == "shows":
    shows()
elif what == "request":
    request()
else:
    sys.exit("unknown question: " + what)
