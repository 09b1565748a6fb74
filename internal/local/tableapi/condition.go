package tableapi

import (
	"slices"
	"strings"
)

// condition is one of ConditionExpression or KeyConditionExpression.
type condition interface {
	holds(Item) bool
}

type (
	// either holds if one of them does, all if each does.
	either []condition
	all    []condition
	not    struct{ condition }
	// comparison is false where an attribute is not there, or of another kind; then <> is
	// true.
	comparison struct {
		left, right operand
		by          string
	}
	exists     struct{ name string }
	beginsWith struct {
		name   string
		prefix operand
	}
)

func (e either) holds(item Item) bool {
	return slices.ContainsFunc(e, func(c condition) bool { return c.holds(item) })
}

func (a all) holds(item Item) bool {
	return !slices.ContainsFunc(a, func(c condition) bool { return !c.holds(item) })
}

func (n not) holds(item Item) bool { return !n.condition.holds(item) }

func (c comparison) holds(item Item) bool {
	left, hasLeft := c.left.of(item)
	right, hasRight := c.right.of(item)
	if !hasLeft || !hasRight {
		return c.by == "<>"
	}
	order, ordered := left.compare(right)
	switch c.by {
	case "=":
		return left == right
	case "<>":
		return left != right
	case "<":
		return ordered && order < 0
	case "<=":
		return ordered && order <= 0
	case ">":
		return ordered && order > 0
	}
	return ordered && order >= 0
}

func (e exists) holds(item Item) bool {
	_, there := item[e.name]
	return there
}

func (b beginsWith) holds(item Item) bool {
	value, there := item[b.name]
	prefix, known := b.prefix.of(item)
	return there && known && value.kind == "S" && prefix.kind == "S" && strings.HasPrefix(value.text, prefix.text)
}

// condition reads a whole expression; nil for "", which always holds.
func (p *parser) condition(text *string) (condition, error) {
	if text == nil {
		return all{}, nil
	}
	if err := p.begin(*text); err != nil {
		return nil, err
	}
	c, err := p.disjunction()
	if err == nil && p.peek() != "" {
		err = p.syntax("AND, OR or its end")
	}
	return c, err
}

func (p *parser) disjunction() (condition, error) {
	var parts either
	for {
		c, err := p.conjunction()
		if err != nil {
			return nil, err
		}
		parts = append(parts, c)
		if !p.is("OR") {
			break
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return parts, nil
}

func (p *parser) conjunction() (condition, error) {
	var parts all
	for {
		c, err := p.term()
		if err != nil {
			return nil, err
		}
		parts = append(parts, c)
		if !p.is("AND") {
			break
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return parts, nil
}

func (p *parser) term() (condition, error) {
	switch {
	case p.is("NOT"):
		c, err := p.term()
		return not{c}, err
	case p.is("("):
		c, err := p.disjunction()
		if err != nil {
			return nil, err
		}
		return c, p.want(")")
	case len(p.rest) > 1 && p.rest[1] == "(":
		return p.function()
	}
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	by, err := p.comparator()
	if err != nil {
		return nil, err
	}
	right, err := p.operand()
	return comparison{left, right, by}, err
}

func (p *parser) function() (condition, error) {
	name := p.next()
	p.next() // (
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	switch name {
	case "attribute_exists":
		return exists{path}, p.want(")")
	case "attribute_not_exists":
		return not{exists{path}}, p.want(")")
	case "begins_with":
		if err := p.want(","); err != nil {
			return nil, err
		}
		prefix, err := p.operand()
		if err != nil {
			return nil, err
		}
		return beginsWith{path, prefix}, p.want(")")
	}
	return nil, invalid("Invalid function name; " +
		"the tables of this machine know attribute_exists, attribute_not_exists and begins_with; function: " + name)
}
