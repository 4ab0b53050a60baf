package nginx

import (
	"fmt"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
)

func init() {
	tasks.Register("nginx.service", "nginx starts with the machine and runs", func() tasks.Task { return &Service{} })
}

// Service keeps nginx running. A change is validated by nginx -t before nginx is
// touched, and proven by new workers and by what they report to have read.
type Service struct{}

// Plan implements tasks.Task.
func (Service) Plan(h *tasks.Host) error {
	sites := h.Glob(enabled + "/*")
	if err := h.Unit(Unit).Run(); err != nil {
		return err
	}
	guard(h)
	h.Uses(tasks.Use{Unit: Unit, Files: append([]string{configuration}, sites...), Since: youngest, Also: served(h)})
	return nil
}

// guard adds the tests before and after nginx is touched.
func guard(h *tasks.Host) {
	var claims []string
	ports := "sport = :80"
	for _, d := range h.NginxOf() {
		for _, n := range d.Nginx.ServerNames {
			claims = append(claims, fmt.Sprintf(`-e 'conflicting server name "%s"'`, n))
		}
		if d.Nginx.TLS.Enabled() {
			ports = "sport = :80 or sport = :443"
		}
	}
	test := "nginx -t"
	if len(claims) > 0 {
		test = fmt.Sprintf(`out=$(nginx -t 2>&1) || { printf '%%s\n' "$out"; exit 1; }
if printf '%%s\n' "$out" | grep -F %s; then echo "another file of nginx has that name: take it out there"; exit 1; fi`,
			strings.Join(claims, " "))
		// nginx -t does not notice a port that another program uses.
		h.Check(tasks.Check{Unit: Unit, Title: "the ports are free for nginx",
			Run: fmt.Sprintf(`command -v ss >/dev/null || exit 0
taken=$(ss -Hltnp '%s' | grep -v '"nginx"' | sed -n 's/^LISTEN *[0-9]* *[0-9]* *\([^ ]*\).*users:((\(.*\)).*/\1 is taken by \2/p')
[ -z "$taken" ] || { echo "$taken"; echo "stop that program, or give it another port"; exit 1; }`, ports)})
	}
	h.Check(tasks.Check{Unit: Unit, Title: "nginx -t", Run: test})
	h.Prove(Unit, tasks.Proof{Before: workers, After: fmt.Sprintf(fresh, workers, asks(generation(h)), served(h)),
		Within: 15, Serves: restored})
}

// workers is shell that prints the worker processes.
const workers = `m=$(cat /run/nginx.pid) && cat /proc/$m/task/$m/children`

// fresh is shell that succeeds once new workers run, have read our files and serve our
// certificates. nginx -s reload returns before the master has read anything, and a
// master that cannot use the files keeps the old ones.
const fresh = `( now=$(%s) && for p in $now; do case " $1 " in *" $p "*) ;; *) new=1 ;; esac; done
[ -n "$new" ] || { echo "nginx has no new workers"; tail -n 5 /var/log/nginx/error.log; exit 1; }
%s ) || exit 1
%s`

// restored is shell that succeeds if nginx serves the generation of the file on disk.
var restored = `want=$(sed -n 's/^.*return 200 "\([0-9a-z_]*\)\\n".*$/\1/p' ` + hostFile + `) && [ -n "$want" ] || exit 0
` + asks(`"$want"`)

// asks is shell that succeeds if nginx serves a generation. It uses bash, as not every
// host has curl; if neither is there, new workers are the proof.
func asks(generation string) string {
	if generation == "" {
		return ":"
	}
	return fmt.Sprintf(`if command -v curl >/dev/null; then said=$(curl -s --noproxy '*' --max-time 5 http://%[1]s/generation)
elif command -v bash >/dev/null; then said=$(timeout 5 bash -c 'exec 3<>/dev/tcp/%[1]s/80; printf "GET /generation HTTP/1.0\r\n\r\n" >&3; tail -n 1 <&3')
else exit 0; fi
[ "$said" = %[2]s ] || { echo "nginx says that it has read $said, and not %[2]s"; exit 1; }`, site.LocalAddress,
		generation)
}

// youngest is shell that prints when the newest worker started, which is when nginx has
// read its files.
const youngest = `for p in $(cat /proc/$(cat /run/nginx.pid)/task/*/children); do born $p; done | sort -n | tail -n 1`
