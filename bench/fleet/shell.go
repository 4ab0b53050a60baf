package main

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// This file is the other end of package remote's shell: see bootstrap.go and exec.go
// there for what is sent.

// scriptEnd is what package remote appends to each script.
const scriptEnd = "\n#"

// opening matches the command that contains the first script.
var opening = regexp.MustCompile(`(?s)\nopening ([0-9a-f]{32}) \d+ '[^']*' '(.*)\n#' `)

// coded matches what package remote writes as a number, for no login shell to interpret.
var coded = regexp.MustCompile(`\\0[0-7]{3}`)

// begin returns the first script in the command that sshd gets, with the nonce that
// announces the key of its frame.
func begin(command string) (nonce, script string, err error) {
	_, words, _ := strings.Cut(command, "' sh '")
	text := coded.ReplaceAllFunc([]byte(strings.ReplaceAll(words, "' '", "")), func(number []byte) []byte {
		c, _ := strconv.ParseUint(string(number[2:]), 8, 8)
		return []byte{byte(c)}
	})
	m := opening.FindSubmatch(text)
	if m == nil {
		return "", "", fmt.Errorf("this host starts a shell with its first script only, and got: %.200q", command)
	}
	return string(m[1]), strings.ReplaceAll(string(m[2]), `'\''`, "'"), nil
}

// play answers scripts until the input ends: the first, which came with the command,
// and those of the frames that follow.
func play(r recording, command string, in io.Reader, out, errs io.Writer) error {
	nonce, script, err := begin(command)
	if err != nil {
		return err
	}
	var fresh [16]byte
	rand.Read(fresh[:])
	key := hex.EncodeToString(fresh[:])
	announced := nonce + " key " + key + "\n"
	frames := bufio.NewReader(in)
	for nonce = key; ; announced = "" {
		said, code := "", 0
		if said, err = r.answer(script); err != nil {
			code = 1
		}
		marks := [2]string{nonce + " begin\n", fmt.Sprintf("%s end %d\n", nonce, code)}
		failure := ""
		if err != nil {
			failure = err.Error()
		}
		if _, err := io.WriteString(errs, announced+marks[0]+failure+marks[1]); err != nil {
			return err
		}
		if _, err := io.WriteString(out, announced+marks[0]+said+marks[1]); err != nil {
			return err
		}
		if nonce, script, err = next(frames); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// next reads a frame. An empty line in place of one is a heartbeat.
func next(in *bufio.Reader) (nonce, script string, err error) {
	line := "\n"
	for line == "\n" {
		if line, err = in.ReadString('\n'); err != nil {
			return "", "", err
		}
	}
	var length, payload int
	if _, err := fmt.Sscanf(line, "%s %d %d\n", &nonce, &length, &payload); err != nil {
		return "", "", fmt.Errorf("read a frame: %w in %.100q", err, line)
	}
	text := make([]byte, length+payload+len(nonce)+1)
	if _, err := io.ReadFull(in, text); err != nil {
		return "", "", err
	}
	return nonce, strings.TrimSuffix(string(text[:length]), scriptEnd), nil
}
