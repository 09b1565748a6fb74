package spec

import "strings"

// Default is the spec of a file that writes nothing.
func Default() Spec {
	empty := &node{kind: isMapping}
	return decode(empty, func(string) bool { return true })
}

// CommentsWith gives the places of the comments on the lines with a word.
func CommentsWith(text, word string) (lines []string, places []Position) {
	s := &source{lines: splitLines(text)}
	for _, c := range s.commentsOn(func(line string) bool { return strings.Contains(strings.ToLower(line), word) }) {
		places = append(places, c.at)
	}
	return s.lines, places
}
