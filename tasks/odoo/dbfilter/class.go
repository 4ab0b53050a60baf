package dbfilter

// class reads a character set after its opening bracket.
func (t *translator) class(f *flags, start int) (*item, error) {
	negated := t.take('^')
	var s set
	wide := false // it has characters that are not ASCII
	for some := false; ; some = true {
		if some && t.take(']') {
			break
		}
		low, category, err := t.member(f, start)
		if err != nil {
			return nil, err
		}
		wide = wide || low != nil && low[0].high > 127
		if !t.take('-') {
			s = append(append(s, category...), low...)
			continue
		}
		if t.take(']') {
			s = append(append(append(s, category...), low...), span{'-', '-'})
			break
		}
		high, other, err := t.member(f, start)
		switch {
		case err != nil:
			return nil, err
		case category != nil || other != nil || high[0].low < low[0].low:
			return nil, t.fail(start, "bad character range")
		}
		s, wide = append(s, span{low[0].low, high[0].low}), wide || high[0].low > 127
	}
	s = s.merged()
	if negated && !f.fold {
		s, negated = s.complement(), false
	}
	text := s.String()
	if wide && (f.fold || t.old) {
		return nil, t.refuse(start, notASCII)
	}
	if f.fold {
		t.ascii = true
		if negated {
			text = "[^" + text[1:]
		}
		text = "(?i:" + text + ")"
	}
	return &item{text: text}, nil
}

// member reads one character of a set, or a category such as \d.
func (t *translator) member(f *flags, start int) (one, all set, err error) {
	c, at := t.peek(), t.at
	t.at++
	switch {
	case c == -1:
		return nil, nil, t.fail(start, "unterminated character set")
	case c != '\\':
		return set{{c, c}}, nil, nil
	case t.peek() == -1:
		return nil, nil, t.fail(start, "unterminated character set")
	}
	c = t.peek()
	t.at++
	switch c {
	case 'd', 'D', 's', 'S', 'w', 'W':
		return nil, category(c, f.ascii), nil
	case 'b':
		return set{{'\b', '\b'}}, nil, nil
	}
	value, err := t.character(c, at)
	return set{{value, value}}, nil, err
}
