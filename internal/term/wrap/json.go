package wrap

import (
	"encoding/json"
	"strings"
)

// isJSON reports whether a line is a JSON object, such as a line that a Lambda logs.
func isJSON(text string) bool { return strings.HasPrefix(text, `{"`) && json.Valid([]byte(text)) }

// members splits a JSON object after its commas, where white space means nothing:
// copied from several lines it is the same object.
func members(text string, indent int) []word {
	var words []word
	inString, start := false, 0
	cut := func(end int) {
		words = append(words, word{text: text[start:end]})
		start = end
	}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++ // what is escaped ends no string
		case text[i] == '"':
			inString = !inString
		case text[i] == ',' && !inString:
			cut(i + 1)
		}
	}
	cut(len(text))
	words[0].gap = indent
	return words
}
