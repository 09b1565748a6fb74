package jsonvalue

// AppendJSON appends the value as JSON: compact, its members in their order, its
// numbers as they were written, and only the escapes that RFC 8259 requires: Size
// bytes.
func (v Value) AppendJSON(b []byte) []byte {
	switch v.Kind() {
	case Null:
		return append(b, "null"...)
	case String:
		return v.appendString(b)
	case Array:
		return v.appendArray(b)
	case Object:
		return v.appendObject(b)
	default:
		return append(b, v.text...)
	}
}

func (v Value) appendString(b []byte) []byte {
	if v.Size() > len(v.text)+len(`""`) {
		return appendQuoted(b, v.text)
	}
	b = append(b, '"')
	b = append(b, v.text...)
	return append(b, '"')
}

func (v Value) appendArray(b []byte) []byte {
	b = append(b, '[')
	for i, item := range v.items() {
		if i > 0 {
			b = append(b, ',')
		}
		b = item.AppendJSON(b)
	}
	return append(b, ']')
}

func (v Value) appendObject(b []byte) []byte {
	b = append(b, '{')
	for i, m := range v.members() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendQuoted(b, m.Name), ':')
		b = m.Value.AppendJSON(b)
	}
	return append(b, '}')
}

// JSON is the value as AppendJSON writes it.
func (v Value) JSON() []byte { return v.AppendJSON(make([]byte, 0, v.Size())) }

// String is the value as JSON, also of a String: see Text for what it holds.
func (v Value) String() string { return string(v.JSON()) }

// MarshalJSON is JSON, for encoding/json (which may escape more characters).
func (v Value) MarshalJSON() ([]byte, error) { return v.JSON(), nil }

// UnmarshalJSON is Parse, for encoding/json.
func (v *Value) UnmarshalJSON(text []byte) error {
	parsed, err := Parse(text)
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}
