package wrap

import (
	"strings"

	"github.com/sfngen/sfngen/internal/term/width"
)

// Prose breaks a text of paragraphs again where a line of one is too wide: its lines
// were broken for 80 columns, and breaking each alone would leave short ends. Lines
// with an indent are layout, and are broken each alone.
func Prose(text string, columns int) string {
	if columns <= 0 {
		return text
	}
	var out strings.Builder
	var paragraph []string
	end := func() {
		out.WriteString(reflow(paragraph, columns))
		paragraph = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" && !strings.HasPrefix(line, " ") {
			paragraph = append(paragraph, line)
			continue
		}
		end()
		out.WriteString(strings.Join(Line(line, columns), "\n") + "\n")
	}
	end()
	return out.String()
}

// reflow breaks the lines of a paragraph in other places if one is too wide.
func reflow(paragraph []string, columns int) string {
	for _, line := range paragraph {
		if width.Of(line) > columns {
			return strings.Join(Words(strings.Join(paragraph, " "), columns), "\n") + "\n"
		}
	}
	if len(paragraph) == 0 {
		return ""
	}
	return strings.Join(paragraph, "\n") + "\n"
}
