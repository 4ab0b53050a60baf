package hba

import "strings"

// Token is one word of a field. A keyword such as all, and a + or @ in front,
// have their meaning only when the word did not begin with a quote.
type Token struct {
	Text   string
	Quoted bool
}

func (t Token) keyword(word string) bool { return !t.Quoted && t.Text == word }

func (t Token) member() bool { return !t.Quoted && strings.HasPrefix(t.Text, "+") }

// file reports an @file list. One sign alone is a name.
func (t Token) file() bool { return !t.Quoted && len(t.Text) > 1 && t.Text[0] == '@' }

// tokenizer takes the fields off one logical line. It is the server's
// next_token: quotes may open and close anywhere in a word, "" inside quotes
// is one quote, # outside quotes begins a comment even inside a word.
type tokenizer struct {
	rest         string
	unterminated bool
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

// field returns the next comma list, or nil at the end of the line. A list
// goes on only when its word ended at a comma: in "a ,b" there are two fields.
func (t *tokenizer) field() []Token {
	var tokens []Token
	for {
		token, comma, ok := t.token()
		if !ok {
			return tokens
		}
		tokens = append(tokens, token)
		if !comma {
			return tokens
		}
	}
}

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
