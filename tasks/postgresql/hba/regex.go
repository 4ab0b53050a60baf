package hba

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// regexMajor is the first version in which a name with a leading / is a regular
// expression, quoted or not (release notes 16; the server tests only the first
// character).
const regexMajor = 16

func (t Token) regex(major int) bool {
	return major >= regexMajor && strings.HasPrefix(t.Text, "/")
}

// compile returns the expression if Go and PostgreSQL interpret it alike. PostgreSQL's
// advanced expressions have more: (?...) options and lookaround, [[:classes:]], back
// references, *** directors. For these it returns nil and no error.
func (t Token) compile() (*regexp.Regexp, error) {
	pattern := t.Text[1:]
	if !shared(pattern) {
		return nil, nil
	}
	re, err := regexp.Compile(pattern)
	if err == nil {
		return re, nil
	}
	reason := map[syntax.ErrorCode]string{
		syntax.ErrMissingParen:          "parentheses () not balanced",
		syntax.ErrUnexpectedParen:       "parentheses () not balanced",
		syntax.ErrMissingBracket:        "brackets [] not balanced",
		syntax.ErrMissingRepeatArgument: "quantifier operand invalid",
		syntax.ErrInvalidRepeatOp:       "quantifier operand invalid",
		syntax.ErrTrailingBackslash:     `invalid escape \ sequence`,
	}
	var fault *syntax.Error
	if !errors.As(err, &fault) || reason[fault.Code] == "" {
		return nil, nil
	}
	return nil, fmt.Errorf(`invalid regular expression "%s": %s`, pattern, reason[fault.Code])
}

var sharedSyntax = regexp.MustCompile(`^(?:[A-Za-z0-9_@%=:, .^$|()*+?-]|\[\^?[A-Za-z0-9_.-]+\]|\[[^\]]*$|\{[0-9]+(?:,[0-9]*)?\}|\\[.\\$^*+?()|{}/-]|\\$)*$`)

func shared(pattern string) bool {
	return sharedSyntax.MatchString(pattern) && !strings.Contains(pattern, "(?") && !strings.HasPrefix(pattern, "***")
}

func checkRegexes(tokens []Token, major int) error {
	for _, t := range tokens {
		if !t.regex(major) {
			continue
		}
		if _, err := t.compile(); err != nil {
			return err
		}
	}
	return nil
}
