package spec

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxSize is the largest spec that is read, in bytes: 1 MiB.
const MaxSize = 1 << 20

// MostRead is how much a caller of Parse needs to read of a file that may be far too
// large: of more than 16 MiB the finding says no size.
const MostRead = largestSaid + 1

const largestSaid = 16 * MaxSize

// readText checks that src is text that YAML can be looked for in, without the
// byte order mark that some editors put before it.
func (r *reader) readText(src []byte) (string, bool) {
	if len(src) > MaxSize {
		r.reject("file-too-large", "", Position{},
			fmt.Sprintf("the file has %s, a spec may have %d (1 MiB)", sizeOf(src), MaxSize), "")
		return "", false
	}
	if hasUTF16Mark(src) {
		r.reject("not-utf8", "", Position{}, "the file is UTF-16", "save it as UTF-8")
		return "", false
	}
	text := strings.TrimPrefix(string(src), "\ufeff")
	r.lines = splitLines(text)
	if !r.readCharacters(text) {
		return "", false
	}
	if isBlank(r.lines) {
		r.reject("empty-file", "", Position{}, "the file holds no spec", "sfngen init writes one to start from")
		return "", false
	}
	return text, true
}

// sizeOf says no number that would be that of the reader's limit.
func sizeOf(src []byte) string {
	if len(src) > largestSaid {
		return fmt.Sprintf("more than %d MiB", largestSaid>>20)
	}
	return fmt.Sprintf("%d bytes", len(src))
}

func hasUTF16Mark(src []byte) bool {
	return bytes.HasPrefix(src, []byte{0xff, 0xfe}) || bytes.HasPrefix(src, []byte{0xfe, 0xff})
}

// readCharacters refuses what is no text, at its place. The YAML library does
// the same without a place.
func (r *reader) readCharacters(text string) bool {
	for i, line := range r.lines {
		column := 1
		for rest := line; rest != ""; column++ {
			char, size := utf8.DecodeRuneInString(rest)
			at := Position{Line: i + 1, Column: column}
			if char == utf8.RuneError && size == 1 {
				r.reject("not-utf8", "", at, fmt.Sprintf("the byte 0x%02x is not UTF-8", rest[0]), "save the file as UTF-8")
				return false
			}
			if !isYAMLCharacter(char) {
				r.reject("control-character", "", at, fmt.Sprintf("the character %U is not allowed in YAML", char),
					`remove it, or write it as an escape in double quotes`)
				return false
			}
			rest = rest[size:]
		}
		r.widths = append(r.widths, column-1)
	}
	return true
}

// isYAMLCharacter is YAML 1.2.2, 5.1, production c-printable.
func isYAMLCharacter(r rune) bool {
	switch {
	case r == '\t', r >= 0x20 && r <= 0x7e, r >= 0xa0 && r <= 0xd7ff, r >= 0xe000 && r <= 0xfffd:
		return r != 0xfeff
	}
	return r >= 0x10000
}

// splitLines breaks text where the YAML library does: next to the usual line
// ends at NEL, LS and PS, as YAML 1.1 has it. Otherwise lines and positions
// would drift apart.
func splitLines(text string) []string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	return strings.Split(text, "\n")
}

// isBlank reports whether the lines hold nothing but space and comments.
func isBlank(lines []string) bool {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}
