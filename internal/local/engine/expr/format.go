package expr

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// refuseTemplate takes a template in quotes only: how AWS reads a backslash in one that
// comes from a path is not known. What is wrong in it is known before it runs.
func refuseTemplate(args []node) error {
	template, quoted := args[0].(literal)
	if !quoted || template.value.Kind() != jsonvalue.String {
		return errors.New("the template (the first argument) must be a string in single quotes: this engine implements no other")
	}
	parts, err := templateParts(template.value.Text())
	if err != nil {
		return err
	}
	if len(parts) != len(args) {
		return fmt.Errorf("the template has {} %d times, and %d arguments follow it", len(parts)-1, len(args)-1)
	}
	return nil
}

// format puts the arguments in the places of {}: a string as its text, the rest as JSON.
func format(_ *Scope, args []jsonvalue.Value) (jsonvalue.Value, error) {
	parts, err := templateParts(args[0].Text())
	if err != nil {
		return jsonvalue.Value{}, err
	}
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			text, err := inserted(args[i])
			if err != nil {
				return jsonvalue.Value{}, err
			}
			b.WriteString(text)
		}
		b.WriteString(part)
	}
	return jsonvalue.OfString(b.String()), nil
}

func inserted(v jsonvalue.Value) (string, error) {
	switch v.Kind() {
	case jsonvalue.String:
		return v.Text(), nil
	case jsonvalue.Array, jsonvalue.Object:
		return "", fmt.Errorf("an argument must be a string, a number, true, false or null, got %s: "+
			"States.JsonToString makes a string of it", v.Kind())
	default:
		return v.String(), nil
	}
}

// templateParts are the texts around each {} of a template, which has its escapes still:
// \' \{ \} and \\.
func templateParts(template string) ([]string, error) {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(template); i++ {
		switch c := template[i]; {
		case c == '\\' && i+1 < len(template):
			i++
			part.WriteByte(template[i])
		case strings.HasPrefix(template[i:], "{}"):
			i++
			parts = append(parts, part.String())
			part.Reset()
		case c == '{' || c == '}':
			return nil, fmt.Errorf(`a brace of the template that is not {} is written \%c`, c)
		default:
			part.WriteByte(c)
		}
	}
	return append(parts, part.String()), nil
}
