package hba

import "strings"

// Token is one word of a field. Keywords such as all, and a leading + or @, have their
// meaning only if the word did not begin with a quote.
type Token struct {
	Text   string
	Quoted bool
}

func (t Token) keyword(word string) bool { return !t.Quoted && t.Text == word }

func (t Token) member() bool { return !t.Quoted && strings.HasPrefix(t.Text, "+") }

// file reports whether it is an @file list. The sign alone is a name.
func (t Token) file() bool { return !t.Quoted && len(t.Text) > 1 && t.Text[0] == '@' }

// tokenizer splits one logical line into fields. It is the server's next_token: quotes
// may open and close anywhere in a word, "" inside quotes is one quote, # outside
// quotes begins a comment even inside a word.
type tokenizer struct {
	rest         string
	limit        int // bytes of the token buffer; 0: no limit
	unterminated bool
	overlong     bool // a token did not fit; the rest of the line is dropped
}

// tokenBuffer is the size of the token buffer of versions up to 15: 256 bytes, and
// 10240 since the minor releases of August 2023, which 10 and older did not get.
func tokenBuffer(major int) int {
	switch {
	case major >= 16:
		return 0
	case major >= 11:
		return 10240
	}
	return 256
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

func (t *tokenizer) token() (token Token, comma, ok bool) {
	s := t.rest
	i := 0
	for i < len(s) && (blank(s[i]) || s[i] == ',') {
		i++
	}
	var word strings.Builder
	inQuote, wasQuote, sawQuote := false, false, false
	for i < len(s) && (inQuote || !blank(s[i])) {
		c := s[i]
		if c == '#' && !inQuote {
			i = len(s)
			break
		}
		if t.limit > 0 && word.Len() >= t.limit-1 {
			t.overlong = true
			i = len(s)
			break
		}
		if c == ',' && !inQuote {
			comma = true
			break
		}
		if c != '"' || wasQuote {
			word.WriteByte(c)
		}
		wasQuote = inQuote && c == '"' && !wasQuote
		if c == '"' {
			inQuote = !inQuote
			sawQuote = true
			token.Quoted = token.Quoted || word.Len() == 0
		}
		i++
	}
	t.rest = s[i:]
	t.unterminated = t.unterminated || inQuote
	token.Text = word.String()
	return token, comma, sawQuote || word.Len() > 0
}
