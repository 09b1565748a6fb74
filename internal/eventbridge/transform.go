package eventbridge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// wholeEvent is the one predefined variable that can be known here: the others
// are the rule and the time when EventBridge got the event.
const wholeEvent = "aws.events.event.json"

// Transform fills an input template: <name> becomes the part of the event that
// paths has under the name (EventBridge, "Input transformation"; targets' field
// InputTransformer). The input comes back as compact JSON, members and numbers as
// they were written.
//
// A variable on its own becomes a JSON value. One inside quotes becomes
// text, without its own quotes. A path that does not match anything gives empty text in
// both places.
//
// An error is for what EventBridge refuses or does not deliver: a variable that
// paths does not have, a variable in the place of an object's key, a path that is
// not in dot notation, and a result that is no JSON. Text that would need a JSON
// escape is not taken inside quotes, where EventBridge does not escape it, nor
// null anywhere, nor a predefined variable but <aws.events.event.json>.
func Transform(paths map[string]string, template string, event []byte) ([]byte, error) {
	parsed, err := parseEvent(event)
	if err != nil {
		return nil, err
	}
	variables, err := variablesOf(paths, parsed)
	if err != nil {
		return nil, err
	}
	f := filling{template: template, variables: variables, isText: strings.HasPrefix(strings.TrimSpace(template), `"`)}
	if err := f.fill(); err != nil {
		return nil, fmt.Errorf("the input template: %w", err)
	}
	input, err := jsonvalue.Parse(f.out)
	if err != nil {
		return nil, fmt.Errorf("the input template, filled, is not one JSON value, so EventBridge could not start a workflow with it: %w", err)
	}
	return input.JSON(), nil
}

func variablesOf(paths map[string]string, event jsonvalue.Value) (map[string]jsonvalue.Value, error) {
	variables := map[string]jsonvalue.Value{wholeEvent: event}
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		if !isVariableName(name) {
			return nil, fmt.Errorf("the variable %q: a name has letters, digits, - and _ only", name)
		}
		part, err := partOf(paths[name], event)
		if err != nil {
			return nil, fmt.Errorf("the variable <%s>: %w", name, err)
		}
		variables[name] = part
	}
	return variables, nil
}

// isVariableName: the names of InputPathsMap ([A-Za-z0-9_-]+). None has a dot, so
// none is a predefined one's.
func isVariableName(name string) bool {
	return name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}
