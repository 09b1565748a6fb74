package mockapi

import (
	"encoding/json"
	"regexp/syntax"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// exampleBody is a body that fulfils the conditions of a rule, as far as one can be made;
// nil where they ask for none.
func exampleBody(when contract.When) (body []byte, ok bool) {
	text := ""
	if when.Body != nil {
		text = exampleText(*when.Body)
	}
	if len(when.JSON) == 0 {
		if text == "" {
			return nil, true
		}
		return []byte(text), true
	}
	var document any
	for _, test := range when.JSON {
		path, err := contract.ParsePath(test.Path)
		if err != nil {
			return nil, false
		}
		if !test.WantsNothing() {
			document = put(document, path, exampleValue(test.Test))
		}
	}
	if text != "" {
		document = put(document, contract.Path{{Kind: contract.StepName, Name: "message"}}, text)
	}
	if document == nil {
		document = map[string]any{}
	}
	body, err := json.Marshal(document)
	return body, err == nil
}

// put puts a value at a path of a document, and makes what leads there.
func put(document any, path contract.Path, value any) any {
	if len(path) == 0 {
		return value
	}
	step := path[0]
	if step.Kind == contract.StepName {
		object, ok := document.(map[string]any)
		if !ok {
			object = map[string]any{}
		}
		object[step.Name] = put(object[step.Name], path[1:], value)
		return object
	}
	list, _ := document.([]any)
	for len(list) <= min(step.Index, mostItems) {
		list = append(list, nil)
	}
	at := min(step.Index, mostItems)
	list[at] = put(list[at], path[1:], value)
	return list
}

// mostItems bounds a list; no API sends a limit behind so many items.
const mostItems = 100

// exampleValue is a JSON value that fulfils a test.
func exampleValue(t contract.Test) any {
	if values := t.Values(); len(values) > 0 {
		return values[0]
	}
	if t.Compares() {
		return exampleNumber(t)
	}
	if t.Contains == nil && t.Matches == nil {
		return true // it exists
	}
	return exampleText(t)
}

// exampleText is a line or a text that fulfils a test.
func exampleText(t contract.Test) string {
	if len(t.Equals) > 0 {
		var text string
		if json.Unmarshal(t.Equals[0], &text) != nil {
			text = string(t.Equals[0])
		}
		return text
	}
	if t.Compares() {
		return strconv.FormatFloat(exampleNumber(t), 'f', -1, 64)
	}
	var parts []string
	if len(t.Contains) > 0 {
		parts = append(parts, t.Contains[0])
	}
	if len(t.Matches) > 0 {
		if pattern, err := syntax.Parse(t.Matches[0], syntax.Perl); err == nil {
			parts = append(parts, exampleMatch(pattern))
		}
	}
	if parts == nil {
		return "1" // it exists
	}
	return strings.Join(parts, " ")
}

// exampleNumber is the number that a test bounds: 0 for less than 1.
func exampleNumber(t contract.Test) float64 {
	switch {
	case t.AtLeast != nil:
		return *t.AtLeast
	case t.GreaterThan != nil && t.LessThan != nil:
		return (*t.GreaterThan + *t.LessThan) / 2
	case t.GreaterThan != nil && t.AtMost != nil:
		return *t.AtMost
	case t.GreaterThan != nil:
		return *t.GreaterThan + 1
	case t.AtMost != nil:
		return *t.AtMost
	}
	return *t.LessThan - 1
}

// exampleMatch is a short text that a regular expression matches, if what it asks of the
// places around it holds.
func exampleMatch(e *syntax.Regexp) string {
	switch e.Op {
	case syntax.OpLiteral:
		return string(e.Rune)
	case syntax.OpCharClass:
		return string(plainLetter(e.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "x"
	case syntax.OpCapture, syntax.OpPlus, syntax.OpAlternate:
		return exampleMatch(e.Sub[0])
	case syntax.OpRepeat:
		return strings.Repeat(exampleMatch(e.Sub[0]), e.Min)
	case syntax.OpConcat:
		var text strings.Builder
		for _, part := range e.Sub {
			text.WriteString(exampleMatch(part))
		}
		return text.String()
	}
	return "" // what may be left out, and conditions such as ^
}

// plainLetter is one of a class, if it can be one that is written in plain text.
func plainLetter(ranges []rune) rune {
	for _, wanted := range "a0A -_." {
		for i := 0; i+1 < len(ranges); i += 2 {
			if wanted >= ranges[i] && wanted <= ranges[i+1] {
				return wanted
			}
		}
	}
	if len(ranges) == 0 {
		return 'x'
	}
	return ranges[0]
}
