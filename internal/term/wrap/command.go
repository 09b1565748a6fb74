package wrap

import (
	"slices"
	"strings"
)

// programs begin the commands that sfngen prints to copy and paste.
var programs = []string{"sfngen", "aws", "curl", "go", "git", "$"}

func isProgram(word string) bool { return slices.Contains(programs, word) }

// isCommand reports whether a line without its indent is a command from end to end.
func isCommand(text string) bool {
	program, rest, more := strings.Cut(text, " ")
	return more && rest != "" && isProgram(program) && !strings.HasPrefix(rest, " ")
}

// quotedCommand is the length of the command in quotes that the text begins with,
// with a bracket before it and the punctuation behind it; 0 if there is none.
func quotedCommand(text string) int {
	start := 0
	if strings.HasPrefix(text, "(") {
		start = 1
	}
	if len(text) <= start || text[start] != '\'' && text[start] != '`' {
		return 0
	}
	if program, _, _ := strings.Cut(text[start+1:], " "); !isProgram(program) {
		return 0
	}
	end := strings.IndexByte(text[start+1:], text[start])
	if end < 0 {
		return 0
	}
	end += start + 2
	if rest := strings.IndexByte(text[end:], ' '); rest >= 0 {
		return end + rest
	}
	return len(text)
}

// command leaves a command in one line, which the terminal may break: copied, it is
// still one. A comment behind it moves to its own line, before it.
func command(indent int, text string, columns int) []string {
	blank := strings.Repeat(" ", indent)
	before, comment, has := strings.Cut(text, "  # ")
	if !has {
		return []string{blank + text}
	}
	return append(Line(blank+"# "+comment, columns), blank+strings.TrimRight(before, " "))
}
