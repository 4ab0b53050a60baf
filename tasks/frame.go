package tasks

import (
	"bytes"
	_ "embed"
	"fmt"

	"odooctl/remote/shell"
)

// An answer of a host consists of named parts. Their content is untrusted: the key
// between them is drawn on the host when the answer begins, so that no file or name on
// it can contain it. The key is in no argument list and no environment, and processes
// with less than root's rights write to a pipe of their own. The nonce, which every
// user of the host can see in the process list, only marks the start of the answer.

// framing are the shell functions that begin an answer, and each part of it.
//
//go:embed frame.sh
var framing string

// beginAnswer is shell after which `part NAME` begins a part.
func beginAnswer(nonce string) string { return shell.Call(framing, "begin_answer", nonce) + "\n" }

// partsOf splits an answer. The last part must be named end.
func partsOf(nonce string, output []byte) (map[string][]byte, error) {
	_, rest, ok := bytes.Cut(output, []byte("\n@"+nonce+" "))
	key, rest, line := bytes.Cut(rest, []byte("\n"))
	if !ok || !line {
		return nil, fmt.Errorf("the answer does not begin: %d bytes came", len(output))
	}
	if len(key) < 16 {
		return nil, fmt.Errorf("the host draws no random number: is /proc mounted?")
	}
	parts := map[string][]byte{}
	last := ""
	for _, part := range bytes.Split(append([]byte{'\n'}, rest...), append([]byte("\n@"), append(key, ' ')...))[1:] {
		name, body, _ := bytes.Cut(part, []byte("\n"))
		last = string(name)
		if _, twice := parts[last]; twice {
			return nil, fmt.Errorf("the answer has two parts named %q", last)
		}
		parts[last] = body
	}
	if last != "end" {
		return nil, fmt.Errorf("the answer breaks off after %d bytes", len(output))
	}
	return parts, nil
}
