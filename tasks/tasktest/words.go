package tasktest

import "strings"

// words splits the shell of the packed script into commands and these into words. It
// knows quotes, backslashes, line ends and semicolons.
func words(text string) (commands [][]string) {
	var command []string
	var word strings.Builder
	open := false // a word has begun
	end := func() {
		if open {
			command = append(command, word.String())
			word.Reset()
			open = false
		}
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\'':
			open = true
			n := strings.IndexByte(text[i+1:], '\'')
			if n < 0 {
				n = len(text) - i - 1
			}
			word.WriteString(text[i+1 : i+1+n])
			i += n + 1
		case '\\':
			open = true
			i++
			if i < len(text) {
				word.WriteByte(text[i])
			}
		case ' ':
			end()
		case '\n', ';':
			end()
			if len(command) > 0 {
				commands = append(commands, command)
				command = nil
			}
		default:
			open = true
			word.WriteByte(c)
		}
	}
	end()
	if len(command) > 0 {
		commands = append(commands, command)
	}
	return commands
}
