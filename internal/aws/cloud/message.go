package cloud

import "github.com/sfngen/sfngen/internal/term/printable"

// Message is the one shape in which a failure is shown: what happened, why, and what
// to do. Each part is a clause without a full stop, and may be "".
type Message struct {
	What, Why, Do string
}

// String is one line, whatever the parts hold: they may quote AWS.
func (m Message) String() string {
	text := m.What + joined(": ", m.Why)
	if m.Why != "" {
		text += joined("; ", m.Do)
	} else {
		text += joined(": ", m.Do)
	}
	return printable.Line(text)
}

// joined is the text after a separator; "" for none.
func joined(separator, text string) string {
	if text == "" {
		return ""
	}
	return separator + text
}
