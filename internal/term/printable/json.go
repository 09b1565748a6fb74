package printable

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
)

// JSON writes a value as indented JSON. Characters that are not seen are escaped, so
// that the text is as safe to show as any other, and means the same to a program.
func JSON(w io.Writer, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := io.WriteString(w, escape(text.String()))
	return err
}

// escape writes what is not seen as \uXXXX. Outside of strings JSON has nothing that
// is not seen, except for line ends.
func escape(text string) string {
	if isPlain(text) {
		return text
	}
	var out bytes.Buffer
	for _, r := range text {
		switch {
		case r == '\n' || isSeen(r):
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}
