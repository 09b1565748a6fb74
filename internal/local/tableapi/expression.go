package tableapi

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// parser reads the expressions of one request, which share names and values.
type parser struct {
	names  map[string]string
	values map[string]Value
	used   map[string]bool // of both
	rest   []string
}

// Expressions are the placeholders of a request.
type placeholders struct {
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]Value
}

func (p placeholders) parser() *parser {
	return &parser{names: p.ExpressionAttributeNames, values: p.ExpressionAttributeValues, used: map[string]bool{}}
}

// begin takes the next expression.
func (p *parser) begin(text string) error {
	found, err := tokens(text)
	if err == nil && len(found) == 0 {
		err = invalid("The expression can not be empty")
	}
	p.rest = found
	return err
}

// finish refuses placeholders that no expression has.
func (p *parser) finish() error {
	for name := range p.names {
		if !p.used[name] {
			return invalid("Value provided in ExpressionAttributeNames unused in expressions: keys: {" + name + "}")
		}
	}
	for name := range p.values {
		if !p.used[name] {
			return invalid("Value provided in ExpressionAttributeValues unused in expressions: keys: {" + name + "}")
		}
	}
	return nil
}

// peek is the next token; "" at the end.
func (p *parser) peek() string {
	if len(p.rest) == 0 {
		return ""
	}
	return p.rest[0]
}

func (p *parser) next() string {
	token := p.peek()
	if token != "" {
		p.rest = p.rest[1:]
	}
	return token
}

// is takes the next token if it is that word or sign.
func (p *parser) is(word string) bool {
	if !strings.EqualFold(p.peek(), word) || word == "" {
		return false
	}
	p.next()
	return true
}

func (p *parser) want(sign string) error {
	if !p.is(sign) {
		return p.syntax(sign)
	}
	return nil
}

func (p *parser) syntax(wanted string) error {
	got := p.peek()
	if got == "" {
		got = "its end"
	}
	return invalid(fmt.Sprintf("Syntax error; the expression has %s where the tables of this machine want %s", got, wanted))
}

//go:embed reserved.txt
var reservedText string

// reserved are the words that no expression may have as a name (Developer Guide, "Reserved
// words in DynamoDB"), in upper case.
var reserved = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(reservedText) {
		words[word] = true
	}
	return words
})

// path reads the name of an attribute, itself or by its placeholder.
func (p *parser) path() (string, error) {
	token := p.peek()
	switch {
	case token == "" || !isWord(token[0]) && token[0] != '#' || isWord(token[0]) && token[0] >= '0' && token[0] <= '9':
		return "", p.syntax("the name of an attribute")
	case reserved()[strings.ToUpper(token)]:
		return "", invalid("Attribute name is a reserved keyword; reserved keyword: " + token)
	}
	p.next()
	if token[0] != '#' {
		return token, nil
	}
	name, known := p.names[token]
	if !known || name == "" {
		return "", invalid("An expression attribute name used in the document path is not defined; attribute name: " + token)
	}
	p.used[token] = true
	return name, nil
}

// value reads a :placeholder.
func (p *parser) value() (Value, error) {
	token := p.peek()
	if !strings.HasPrefix(token, ":") {
		return Value{}, p.syntax("a :value")
	}
	v, known := p.values[token]
	if !known {
		return Value{}, invalid("An expression attribute value used in expression is not defined; attribute value: " + token)
	}
	p.next()
	p.used[token] = true
	return v, nil
}

// operand is an attribute or a value.
type operand struct {
	name  string // "" for a value
	value Value
}

func (p *parser) operand() (o operand, err error) {
	if strings.HasPrefix(p.peek(), ":") {
		o.value, err = p.value()
		return o, err
	}
	o.name, err = p.path()
	return o, err
}

// of is its value in an item.
func (o operand) of(item Item) (v Value, exists bool) {
	if o.name == "" {
		return o.value, true
	}
	v, exists = item[o.name]
	return v, exists
}

var comparators = []string{"=", "<>", "<", "<=", ">", ">="}

func (p *parser) comparator() (string, error) {
	if !slices.Contains(comparators, p.peek()) {
		return "", p.syntax("a comparison: =, <>, <, <=, > or >=")
	}
	return p.next(), nil
}
