package spec

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

var (
	yamlErrorLine = lazyregexp.New(`^line (\d+): `)
	unknownAnchor = lazyregexp.New(`^unknown anchor '(.*)' referenced$`)
)

func (r *reader) rejectSyntax(text string, err error) {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if match := yamlErrorLine.FindStringSubmatch(message); match != nil {
		line, _ = strconv.Atoi(match[1])
		message = message[len(match[0]):]
	}
	if match := unknownAnchor.FindStringSubmatch(message); match != nil {
		r.reject("yaml-syntax", "", r.find("*"+match[1]), "the alias *"+match[1]+" has no anchor",
			"write &"+match[1]+" before the value, above the alias")
		return
	}
	if found, ok := firstBrokenLine(r.lines); ok {
		line = found
	}
	for _, kind := range bareTexts {
		if at, text, ok := r.bareText(line, kind); ok {
			r.reject("yaml-syntax", "", at, "not YAML: "+kind.why, fmt.Sprintf("put it in quotes: %q", text))
			return
		}
	}
	at := r.clamp(line, 1)
	at.Column = indentOf(r.line(at.Line)) + 1
	r.reject("yaml-syntax", "", at, "not YAML: "+message, syntaxHint(r.line(at.Line)))
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

// bareText is what goes without quotes below an indented key, but not inside braces.
type bareText struct {
	pattern *lazyregexp.Pattern // the text is its second group
	why     string
}

var bareTexts = []bareText{
	{lazyregexp.New(`(:[ \t]+)(cron\([^()"'{}\n]*\))()`), "inside { }, an unquoted cron(…) ends early at its ? or comma"},
	{lazyregexp.New(`([{\[,][ \t]*)(\$[\w.@$-]*(?:\[[0-9*]+\][\w.@$-]*)+)([ \t]*[:,\]}])`), "inside { }, a path with brackets needs quotes"},
	{lazyregexp.New(`(?m)(\b(?:matches|contains):[ \t]+)([^"'\s\[{][^"'\n]*?)([ \t]*\}[ \t]*(?:[},#]|$))`),
		"inside { }, text with ? , [ ] { } or # needs quotes"},
}

// bareText is the first such text from the broken line on, if quotes around all of them
// would fix that line.
func (r *reader) bareText(from int, kind bareText) (Position, string, bool) {
	text := strings.Join(r.lines, "\n")
	quoted := kind.pattern.ReplaceAllString(text, `$1'$2'$3`)
	if quoted == text || !breaksAfter(from, quoted) {
		return Position{}, "", false
	}
	for number := from; number <= len(r.lines); number++ {
		line := r.line(number)
		if match := kind.pattern.FindStringSubmatchIndex(line); match != nil {
			at := Position{Line: number, Column: utf8.RuneCountInString(line[:match[4]]) + 1}
			return at, line[match[4]:match[5]], true
		}
	}
	return Position{}, "", false
}

func breaksAfter(line int, text string) bool {
	if isYAML(text) {
		return true
	}
	found, ok := firstBrokenLine(strings.Split(text, "\n"))
	return ok && found > line
}

// The YAML library names the line where the construct around an error begins,
// or none. In a file of this many lines the place is found by trying; that takes
// a parse for each line, so a longer file keeps the library's line.
const maxTriedLines = 300

// firstBrokenLine is the first line after which no part of the file that begins
// at its top is YAML: an unclosed quote's or bracket's own line, and otherwise
// the line with the error.
func firstBrokenLine(lines []string) (int, bool) {
	if len(lines) > maxTriedLines {
		return 0, false
	}
	for count := len(lines) - 1; count > 0; count-- {
		if isYAML(strings.Join(lines[:count], "\n") + "\n") {
			return nextWritten(lines, count+1), true
		}
	}
	return nextWritten(lines, 1), true
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
func nextWritten(lines []string, number int) int {
	for number < len(lines) && strings.TrimSpace(lines[number-1]) == "" {
		number++
	}
	return number
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
