package remote

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// exitStatus and exitSignal describe the requests of RFC 4254, section 6.10.
func exitStatus(payload []byte) string {
	var m struct{ Code uint32 }
	if ssh.Unmarshal(payload, &m) != nil {
		return "it ended"
	}
	return fmt.Sprintf("it ended with exit code %d", m.Code)
}

func exitSignal(payload []byte) string {
	var m struct {
		Name          string
		Core          bool
		Message, Lang string
	}
	if ssh.Unmarshal(payload, &m) != nil {
		return "it was killed"
	}
	return "it was killed by SIG" + m.Name
}

// signalNames are RFC 4254's names of the signals that may end a shell.
var signalNames = map[syscall.Signal]string{syscall.SIGHUP: "HUP", syscall.SIGINT: "INT", syscall.SIGKILL: "KILL",
	syscall.SIGPIPE: "PIPE", syscall.SIGSEGV: "SEGV", syscall.SIGTERM: "TERM"}

// ending describes how a child ended, as in RFC 4254, section 6.10.
func ending(err error) *ssh.Request {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return &ssh.Request{Type: "exit-signal", Payload: ssh.Marshal(struct {
				Name          string
				Core          bool
				Message, Lang string
			}{Name: signalNames[status.Signal()]})}
		}
	}
	code := 0
	if exit != nil {
		code = exit.ExitCode()
	}
	return &ssh.Request{Type: "exit-status", Payload: ssh.Marshal(struct{ Code uint32 }{uint32(code)})}
}
