# Answers as PostgreSQL does before the login, and then sends a file (get), the digest
# of that file (sum), or the digest of its input (put).
import hashlib, socket, sys, threading

path, port = sys.argv[1], int(sys.argv[2])
with open(path, "rb") as f:
    digest = hashlib.file_digest(f, "sha256").hexdigest().encode()


def serve(c):
    word = c.recv(8, socket.MSG_WAITALL)
    if word == b"\x00\x00\x00\x08\x04\xd2\x16\x2f":
        c.sendall(b"S")
    elif word.startswith(b"get"):
        with open(path, "rb") as f:
            c.sendfile(f)
    elif word.startswith(b"sum"):
        c.sendall(digest)
        c.recv(1)
    elif word.startswith(b"put"):
        h = hashlib.sha256()
        for b in iter(lambda: c.recv(1 << 20), b""):
            h.update(b)
        c.sendall(h.hexdigest().encode())


def life(c):
    try:
        serve(c)
    finally:
        c.close()


listener = socket.create_server(("127.0.0.1", port), backlog=256)
while True:
    threading.Thread(target=life, args=(listener.accept()[0],), daemon=True).start()
