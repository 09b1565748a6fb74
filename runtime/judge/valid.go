package judge

// maxDepth bounds objects and arrays in one another as encoding/json does.
const maxDepth = 10_000

// isJSON reports whether text is one JSON value (RFC 8259), as json.Valid does, but in a
// tenth of the time: that is most of what a rule about a body costs.
func isJSON(text []byte) bool {
	v := validator{text: text}
	v.space()
	for v.value() {
		for !v.ended && v.closes() { // what ends with this value
		}
		if v.ended {
			return v.at == len(text)
		}
		if !v.comma() {
			return false
		}
	}
	return false
}

// validator stands at a position of the text. It keeps which brackets are open, so that
// depth costs a byte each and no call.
type validator struct {
	text  []byte
	at    int
	open  []byte // { or [
	ended bool   // the outermost value has
}

// value takes a text, a word, or what opens an object or array up to the first value in
// it; an empty one whole.
func (v *validator) value() bool {
	for {
		switch c := v.peek(); c {
		case '"':
			return v.quoted() && v.after()
		case '{', '[':
			v.at++
			v.space()
			if len(v.open) == maxDepth {
				return false
			}
			if v.peek() == c+2 { // its closing bracket
				v.at++
				return v.after()
			}
			v.open = append(v.open, c)
			if c == '{' && !v.key() {
				return false
			}
		default:
			return v.word() && v.after()
		}
	}
}

// after stands behind a value.
func (v *validator) after() bool {
	v.space()
	v.ended = len(v.open) == 0
	return true
}

// closes takes the bracket that ends the innermost object or array, if it comes.
func (v *validator) closes() bool {
	last := len(v.open) - 1
	if v.peek() != v.open[last]+2 {
		return false
	}
	v.at++
	v.open = v.open[:last]
	return v.after()
}

// comma takes the comma before another value, and that value's key.
func (v *validator) comma() bool {
	if v.peek() != ',' {
		return false
	}
	v.at++
	v.space()
	return v.open[len(v.open)-1] == '[' || v.key()
}

func (v *validator) key() bool {
	if v.peek() != '"' || !v.quoted() {
		return false
	}
	v.space()
	if v.peek() != ':' {
		return false
	}
	v.at++
	v.space()
	return true
}

// peek is the byte at the position; 0, which stands nowhere in JSON, at the end.
func (v *validator) peek() byte {
	if v.at < len(v.text) {
		return v.text[v.at]
	}
	return 0
}

func (v *validator) space() {
	for v.at < len(v.text) && isSpace(v.text[v.at]) {
		v.at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// quoted takes a text with its quotes.
func (v *validator) quoted() bool {
	for v.at++; v.at < len(v.text); v.at++ {
		switch c := v.text[v.at]; {
		case c == '"':
			v.at++
			return true
		case c == '\\':
			if v.at++; !v.escape() {
				return false
			}
		case c < ' ':
			return false
		}
	}
	return false
}

// escape stands behind a backslash, and goes to the last byte that belongs to it.
func (v *validator) escape() bool {
	switch v.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		for range 4 {
			v.at++
			if c := v.peek() | 0x20; (c < '0' || c > '9' || v.peek() < '0') && (c < 'a' || c > 'f') {
				return false
			}
		}
		return true
	}
	return false
}

// word takes true, false, null or a number.
func (v *validator) word() bool {
	for _, literal := range [...]string{"true", "false", "null"} {
		if v.peek() == literal[0] {
			end := v.at + len(literal)
			known := end <= len(v.text) && string(v.text[v.at:end]) == literal
			v.at = end
			return known
		}
	}
	if v.peek() == '-' {
		v.at++
	}
	if v.peek() == '0' {
		v.at++
	} else if !v.digits() {
		return false
	}
	if v.peek() == '.' {
		v.at++
		if !v.digits() {
			return false
		}
	}
	if v.peek()|0x20 != 'e' {
		return true
	}
	v.at++
	if c := v.peek(); c == '+' || c == '-' {
		v.at++
	}
	return v.digits()
}

// digits takes one or more.
func (v *validator) digits() bool {
	from := v.at
	for c := v.peek(); c >= '0' && c <= '9'; c = v.peek() {
		v.at++
	}
	return v.at > from
}
