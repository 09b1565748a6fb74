package eventbridge

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// filling is the state of filling in a template, from front to back.
type filling struct {
	template  string
	variables map[string]jsonvalue.Value
	isText    bool // the template is text in quotes, not an object

	out      []byte
	pos      int
	inQuotes bool
	variable bool // there was one since the quotes were opened
}

func (f *filling) fill() error {
	for f.pos < len(f.template) {
		var err error
		switch c := f.template[f.pos]; {
		case c == '<':
			err = f.placeholder()
		case c == '"':
			err = f.quote()
		case c == '\\' && f.inQuotes && f.pos+1 < len(f.template):
			f.keep(2) // an escaped quote does not end the string
		default:
			f.keep(1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *filling) keep(n int) {
	f.out = append(f.out, f.template[f.pos:f.pos+n]...)
	f.pos += n
}

func (f *filling) quote() error {
	f.keep(1)
	f.inQuotes = !f.inQuotes
	after := strings.TrimLeft(f.template[f.pos:], " \t\r\n")
	if !f.inQuotes && f.variable && strings.HasPrefix(after, ":") {
		return fmt.Errorf("there is a variable in the key before offset %d; EventBridge does not replace variables in keys", f.pos)
	}
	f.variable = false
	return nil
}

// placeholder fills in a variable. A < without a > in the same text is literal.
func (f *filling) placeholder() error {
	end := strings.IndexAny(f.template[f.pos:], `>"`)
	if end < 0 || f.template[f.pos+end] != '>' {
		f.keep(1)
		return nil
	}
	name := f.template[f.pos+1 : f.pos+end]
	v, known := f.variables[name]
	if !known {
		return f.unknown(name)
	}
	f.pos += end + 1
	if !f.inQuotes {
		f.out = v.AppendJSON(f.out)
		return nil
	}
	f.variable = true
	text, err := f.text(v)
	if err != nil {
		return fmt.Errorf("<%s> inside quotes: %w", name, err)
	}
	f.out = append(f.out, text...)
	return nil
}

func (f *filling) unknown(name string) error {
	if strings.HasPrefix(name, "aws.events.") {
		return fmt.Errorf("<%s> exists only for a deployed rule; the only one here is <%s>", name, wholeEvent)
	}
	return fmt.Errorf("<%s> is not a variable, and EventBridge refuses a template with < and > around anything else; remove them, or give "+
		"the variable a path", name)
}

// text is a value inside quotes. EventBridge does not escape it. In objects and
// arrays it removes the quotes if the whole template is text; if the template is an
// object, it keeps them, which makes the result invalid.
func (f *filling) text(v jsonvalue.Value) (string, error) {
	if v.Kind() == jsonvalue.String {
		if v.Size() != len(v.Text())+len(`""`) {
			return "", fmt.Errorf("%s has characters that JSON escapes, and EventBridge does not escape them there; write the variable without "+
				"quotes around it", v)
		}
		return v.Text(), nil
	}
	text := v.String()
	if f.isText {
		text = strings.ReplaceAll(text, `"`, "")
	}
	if strings.ContainsAny(text, `"\`) {
		return "", fmt.Errorf("%s is not possible there: the result would not be JSON; write the variable without quotes around it", v.Kind())
	}
	return text, nil
}
