package sshconfig

import (
	"fmt"
	"strconv"
	"strings"
)

// Hop is a jump host.
type Hop struct {
	Name string // a name of the inventory or of ssh_config, or an address
	User string // "": that host's default
	Port int    // 0: that host's default
}

// Jump is the way through other hosts, for ParseJump: ProxyJump, or a ProxyCommand that
// does the same, such as ssh -W %h:%p gw.
func (s Settings) Jump() string {
	if s.ProxyJump != "" || s.ProxyCommand == "" {
		return s.ProxyJump
	}
	args, err := words(s.ProxyCommand)
	if err != nil || len(args) == 0 || args[0] != "ssh" && !strings.HasSuffix(args[0], "/ssh") {
		return ""
	}
	var host, user, port string
	forwards := false
	for i := 1; i < len(args); i++ {
		arg := args[i]
		value := func(flag string) string {
			if arg == flag && i+1 < len(args) {
				i++
				return args[i]
			}
			return strings.TrimPrefix(arg, flag)
		}
		switch {
		case arg == "-q", arg == "-T", arg == "-x", arg == "-a", arg == "2>/dev/null":
		case strings.HasPrefix(arg, "-W"):
			to := value("-W")
			forwards = to == "%h:%p" || to == "[%h]:%p"
		case strings.HasPrefix(arg, "-p"):
			port = ":" + value("-p")
		case strings.HasPrefix(arg, "-l"):
			user = value("-l") + "@"
		case arg == "" || strings.ContainsAny(arg[:1], "-|&;<>") || host != "":
			return ""
		default:
			host = arg
		}
	}
	if !forwards || host == "" || strings.ContainsAny(host, "%$`*,") {
		return ""
	}
	return user + host + port
}

// ParseJump parses hops as ssh -J takes them: [user@]host[:port], or
// ssh://[user@]host[:port], separated by commas, first hop first.
func ParseJump(text string) (hops []Hop, err error) {
	if text == "" || strings.EqualFold(text, "none") {
		return nil, nil
	}
	for one := range strings.SplitSeq(text, ",") {
		hop, err := parseHop(strings.TrimSpace(one))
		if err != nil {
			return nil, err
		}
		hops = append(hops, hop)
	}
	return hops, nil
}

func parseHop(text string) (h Hop, err error) {
	rest := strings.TrimSuffix(strings.TrimPrefix(text, "ssh://"), "/")
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		h.User, rest = rest[:i], rest[i+1:]
	}
	h.Name = rest
	if i := strings.LastIndexByte(rest, ':'); i >= 0 &&
		(strings.HasSuffix(rest[:i], "]") || strings.Count(rest, ":") == 1) {
		h.Name = rest[:i]
		if h.Port, err = strconv.Atoi(rest[i+1:]); err != nil || h.Port < 1 || h.Port > 65535 {
			return h, fmt.Errorf("jump %q: port %s is not between 1 and 65535", text, rest[i+1:])
		}
	}
	h.Name = strings.TrimSuffix(strings.TrimPrefix(h.Name, "["), "]")
	if h.Name == "" || strings.ContainsAny(h.Name, " \t") {
		return h, fmt.Errorf("jump %q: want [user@]host[:port]", text)
	}
	return h, nil
}
