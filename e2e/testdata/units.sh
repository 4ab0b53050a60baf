# Makes units of every kind that may be between two states for a while.
cd /etc/systemd/system || exit
mkdir -p /usr/local/lib/e2e /etc/e2e
unit() { cat >"e2e-$1.service"; }

# It reports that it is up after a second; soon after a SIGHUP it reports a reload, as
# sshd does, and 3 s later that it is up.
cat >/usr/local/lib/e2e/notify.py <<'PY'
import os, signal, socket, time
def say(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.sendto(text.encode(), os.environ["NOTIFY_SOCKET"].replace("@", "\0", 1))
def reload(*_):
    time.sleep(0.3) # kill in ExecReload is back by then
    say("RELOADING=1\nMONOTONIC_USEC=%d" % (time.clock_gettime(time.CLOCK_MONOTONIC) * 1e6))
    time.sleep(3)
    say("READY=1")
signal.signal(signal.SIGHUP, reload)
time.sleep(1)
say("READY=1")
while True: signal.pause()
PY
unit hangup <<'E'
[Service]
Type=notify
ExecStart=/usr/bin/python3 /usr/local/lib/e2e/notify.py
ExecReload=/bin/kill -HUP $MAINPID
E
v=$(systemctl --version) v=${v#systemd } v=${v%%[!0-9]*}
if [ "$v" -ge 253 ]; then
	unit reload <<'E'
[Service]
Type=notify-reload
ExecStart=/usr/bin/python3 /usr/local/lib/e2e/notify.py
E
else
	unit reload <<'E'
[Service]
Type=notify
NotifyAccess=all
ExecStart=/usr/bin/python3 /usr/local/lib/e2e/notify.py
ExecReload=/bin/sh -c 'systemd-notify RELOADING=1; sleep 3; systemd-notify READY=1'
E
fi
unit slow <<'E'
[Service]
Type=notify
NotifyAccess=all
ExecStart=/bin/sh -c 'sleep 3; systemd-notify --ready; exec sleep infinity'
ExecStop=/bin/sleep 2
E
unit forking <<'E'
[Service]
Type=forking
PIDFile=/run/e2e-forking.pid
ExecStart=/bin/sh -c 'sleep 1; sleep infinity & echo $! >/run/e2e-forking.pid'
E
unit remains <<'E'
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sleep 1
E
unit once <<'E'
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'sleep 1; echo ran >>/run/e2e-once'
E
# These three behave as their file in /etc/e2e says.
unit dies <<'E'
[Service]
ExecStart=/bin/sh -c '! grep -q bad /etc/e2e/dies || { sleep 1; exit 1; }; exec sleep infinity'
E
unit again <<'E'
[Service]
Restart=always
RestartSec=3
ExecStart=/bin/sh -c '! grep -q bad /etc/e2e/again || exit 1; exec sleep infinity'
E
unit refuses <<'E'
[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/sh -c '! grep bad /etc/e2e/refuses'
E
# It stops with the one that dies, and is independent of the others.
unit needs <<'E'
[Unit]
Requires=e2e-dies.service
After=e2e-dies.service
[Service]
ExecStart=/bin/sleep infinity
E
systemctl daemon-reload
for u in hangup reload slow forking remains dies again refuses needs; do
	echo good >/etc/e2e/$u
	systemctl start e2e-$u || exit
done
