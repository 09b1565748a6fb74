package spec

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// readDocument reads the one YAML document that a spec is.
func (f *File) readDocument(text string) (*yaml.Node, bool) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var first, second yaml.Node
	if err := decoder.Decode(&first); err != nil {
		f.rejectSyntax(text, err)
		return nil, false
	}
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		f.rejectSyntax(text, err)
		return nil, false
	default:
		f.reject("several-documents", "", f.clamp(second.Line, second.Column), "a second YAML document begins here",
			"write one spec per file and name all files in one call")
		return nil, false
	}
	if len(first.Content) == 0 || isNull(first.Content[0]) {
		f.reject("empty-file", "", Position{}, "the file holds no spec", "sfngen init writes one to start from")
		return nil, false
	}
	return first.Content[0], true
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" }

// clamp keeps a position of the YAML library inside the source: it puts the end
// of an empty value one past the last line.
func (f *File) clamp(line, column int) Position {
	line = min(max(line, 1), len(f.lines))
	return Position{Line: line, Column: min(max(column, 1), f.widths[line-1]+1)}
}

// find is the first place of a text in the source.
func (f *File) find(text string) Position {
	for i, line := range f.lines {
		if before, _, ok := strings.Cut(line, text); ok {
			return Position{Line: i + 1, Column: utf8.RuneCountInString(before) + 1}
		}
	}
	return Position{Line: 1, Column: 1}
}
