package spec

import (
	"errors"
	"io"
	"regexp"
	"strconv"
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

var (
	yamlErrorLine = regexp.MustCompile(`^line (\d+): `)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

func (f *File) rejectSyntax(text string, err error) {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if match := yamlErrorLine.FindStringSubmatch(message); match != nil {
		line, _ = strconv.Atoi(match[1])
		message = message[len(match[0]):]
	}
	if match := unknownAnchor.FindStringSubmatch(message); match != nil {
		f.reject("yaml-syntax", "", f.find("*"+match[1]), "the alias *"+match[1]+" has no anchor",
			"write &"+match[1]+" where the value stands, above the alias")
		return
	}
	if found, ok := f.firstBrokenLine(); ok {
		line = found
	}
	at := f.clamp(line, 1)
	at.Column = indentOf(f.line(at.Line)) + 1
	f.reject("yaml-syntax", "", at, "not YAML: "+message, syntaxHint(f.line(at.Line)))
}

// syntaxHint names the usual cause of what the YAML library words in terms of
// its scanner.
func syntaxHint(line string) string {
	switch trimmed := strings.TrimLeft(line, " "); {
	case strings.HasPrefix(trimmed, "\t"):
		return "indent with spaces, YAML takes no tabs"
	case strings.Count(trimmed, ": ") > 1 && !strings.ContainsAny(trimmed, "{["):
		return "put a value that holds a colon and a space in quotes"
	}
	return ""
}

// The YAML library names the line where the construct around an error begins,
// or none. In a file of this many lines the place is found by trying; that takes
// a parse for each line, so a longer file keeps the library's line.
const maxTriedLines = 300

// firstBrokenLine is the first line after which no part of the file that begins
// at its top is YAML: an unclosed quote's or bracket's own line, and otherwise
// the line with the error.
func (f *File) firstBrokenLine() (int, bool) {
	if len(f.lines) > maxTriedLines {
		return 0, false
	}
	for count := len(f.lines) - 1; count > 0; count-- {
		if isYAML(strings.Join(f.lines[:count], "\n") + "\n") {
			return f.nextWritten(count + 1), true
		}
	}
	return f.nextWritten(1), true
}

func isYAML(text string) bool {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var node yaml.Node
		if err := decoder.Decode(&node); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// nextWritten is the first line from number on that is not blank.
func (f *File) nextWritten(number int) int {
	for number < len(f.lines) && strings.TrimSpace(f.line(number)) == "" {
		number++
	}
	return number
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

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
