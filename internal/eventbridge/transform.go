package eventbridge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// wholeEvent is the only predefined variable that is known here: the others are
// about the rule and the time of ingestion.
const wholeEvent = "aws.events.event.json"

// Transform fills in an input template: <name> becomes the part of the event that
// paths[name] points to (EventBridge, "Input transformation"; targets' field
// InputTransformer). The result is compact JSON; members and numbers are written as
// in the template.
//
// A variable outside quotes becomes a JSON value. One inside quotes becomes text,
// without additional quotes. A path that matches nothing becomes empty text in both
// cases.
//
// It fails for what EventBridge refuses or does not deliver: a variable that paths
// does not have, a variable as an object's key, a path that is not in dot notation,
// and a result that is not JSON. It also refuses text inside quotes that needs a
// JSON escape, because EventBridge does not escape it; null; and predefined
// variables except <aws.events.event.json>.
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

// isVariableName: the names of InputPathsMap ([A-Za-z0-9_-]+). Predefined names
// have a dot, so they never match.
func isVariableName(name string) bool {
	return name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}
