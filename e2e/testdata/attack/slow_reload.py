# A service whose reload takes three seconds, and which reports it only after a while:
# sshd re-executes itself before it does.
import os, signal, socket, time

def tell(*lines):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.connect(os.environ["NOTIFY_SOCKET"].replace("@", "\0"))
        s.send("\n".join(lines).encode())

def reload(*_):
    time.sleep(0.3)
    tell("RELOADING=1", "MONOTONIC_USEC=%d" % (time.monotonic_ns() // 1000))
    time.sleep(3)
    tell("READY=1")

signal.signal(signal.SIGHUP, reload)
tell("READY=1")
while True:
    signal.pause()
