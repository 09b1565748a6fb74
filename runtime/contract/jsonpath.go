package contract

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Path is a path into a JSON value: $, then names, indexes and wildcards, a part of
// RFC 9535. It may lead to several values, or to none.
type Path []Step

// Step leads from a value to those in it.
type Step struct {
	Kind  StepKind
	Name  string // of a member, for StepName
	Index int    // of an item, from 0, for StepIndex
}

// StepKind is what a step takes.
type StepKind int

// The kinds.
const (
	StepName  StepKind = iota // the member of an object
	StepIndex                 // the item of an array
	StepAll                   // every member, or every item
)

// pathLimit bounds the steps of a path: far more than answers of APIs are deep.
const pathLimit = 20

// ParsePath reads $.errors[*].extensions.code, $[0]['retry after'] and the like. The
// error completes "is no path: …".
func ParsePath(text string) (Path, error) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return nil, fmt.Errorf("it must begin with $, which is the whole body")
	}
	path := Path{}
	for rest != "" {
		step, after, err := parseStep(rest)
		if err != nil {
			return nil, err
		}
		if path, rest = append(path, step), after; len(path) > pathLimit {
			return nil, fmt.Errorf("it has more than %d steps", pathLimit)
		}
	}
	return path, nil
}

func parseStep(rest string) (Step, string, error) {
	switch {
	case strings.HasPrefix(rest, ".."):
		return Step{}, "", fmt.Errorf("%s: .. is not known, only names, indexes and [*]", rest)
	case rest[0] == '.':
		return parseName(rest[1:])
	case rest[0] == '[':
		return parseBracket(rest)
	}
	return Step{}, "", fmt.Errorf("%q must begin with . or [", rest)
}

// parseName reads a member's name up to the next step, or *.
func parseName(rest string) (Step, string, error) {
	end := strings.IndexAny(rest, ".[")
	if end < 0 {
		end = len(rest)
	}
	name := rest[:end]
	odd := strings.IndexFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && r != '@' && r != '$' && r != ':' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	switch {
	case name == "*":
		return Step{Kind: StepAll}, rest[end:], nil
	case name == "":
		return Step{}, "", fmt.Errorf("a name is missing after a dot")
	case odd >= 0:
		return Step{}, "", fmt.Errorf("the name %s has to be written ['%s']", name, name)
	}
	return Step{Kind: StepName, Name: name}, rest[end:], nil
}

// parseBracket reads [0], [*], ['name'] or ["name"].
func parseBracket(rest string) (Step, string, error) {
	if len(rest) > 1 && (rest[1] == '\'' || rest[1] == '"') {
		return parseQuoted(rest)
	}
	inner, after, closed := strings.Cut(rest[1:], "]")
	switch {
	case !closed:
		return Step{}, "", fmt.Errorf("%s: ] is missing", rest)
	case inner == "*":
		return Step{Kind: StepAll}, after, nil
	}
	index, err := strconv.ParseUint(inner, 10, 31)
	if err != nil || strconv.FormatUint(index, 10) != inner {
		return Step{}, "", fmt.Errorf("[%s]: in brackets stands an index from 0, * or a name in quotes", inner)
	}
	return Step{Kind: StepIndex, Index: int(index)}, after, nil
}

// parseQuoted reads a name in quotes, with the escapes of JSON (RFC 9535 2.3.1).
func parseQuoted(rest string) (Step, string, error) {
	quote, end := rest[1], 2
	for end < len(rest) && rest[end] != quote {
		if rest[end] == '\\' {
			end++
		}
		end++
	}
	if end+1 >= len(rest) || rest[end+1] != ']' {
		return Step{}, "", fmt.Errorf("%s: the name in quotes must end in %c]", rest, quote)
	}
	text := rest[2:end]
	if quote == '\'' {
		text = strings.ReplaceAll(strings.ReplaceAll(text, `\'`, `'`), `"`, `\"`)
	}
	var name string
	if err := json.Unmarshal([]byte(`"`+text+`"`), &name); err != nil {
		return Step{}, "", fmt.Errorf("%s: the name in quotes has an escape that JSON does not know", rest)
	}
	return Step{Kind: StepName, Name: name}, rest[end+2:], nil
}
