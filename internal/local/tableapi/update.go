package tableapi

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
)

// change is what an UpdateExpression does with one attribute.
type change struct {
	name string
	// value gives the new one from the item as it was; nil: it is removed.
	value func(Item) (Value, error)
}

// changes reads an UpdateExpression.
func (p *parser) changes(text *string) ([]change, error) {
	if text == nil {
		return nil, nil
	}
	if err := p.begin(*text); err != nil {
		return nil, err
	}
	var found []change
	var clauses []string
	for p.peek() != "" {
		clause := strings.ToUpper(p.peek())
		read := map[string]func() (change, error){"SET": p.setting, "REMOVE": p.removal, "ADD": p.addition}[clause]
		switch {
		case read == nil:
			return nil, p.syntax("SET, REMOVE or ADD")
		case slices.Contains(clauses, clause):
			return nil, invalid("The \"" + clause + "\" section can only be used once in an update expression")
		}
		clauses = append(clauses, clause)
		p.next()
		more, err := p.list(read)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, checkOverlap(found)
}

func checkOverlap(found []change) error {
	names := map[string]bool{}
	for _, c := range found {
		if names[c.name] {
			return invalid(fmt.Sprintf("Two document paths overlap with each other; both are [%s]", c.name))
		}
		names[c.name] = true
	}
	return nil
}

// list reads what a clause has, with commas between.
func (p *parser) list(read func() (change, error)) ([]change, error) {
	var found []change
	for {
		c, err := read()
		if err != nil {
			return nil, err
		}
		found = append(found, c)
		if !p.is(",") {
			return found, nil
		}
	}
}

func (p *parser) removal() (change, error) {
	name, err := p.path()
	return change{name: name}, err
}

func (p *parser) addition() (change, error) {
	name, err := p.path()
	if err != nil {
		return change{}, err
	}
	more, err := p.value()
	if err == nil && more.kind != "N" {
		err = invalid("Incorrect operand type for operator or function; operator: ADD, operand type: " + more.kind)
	}
	return change{name, func(item Item) (Value, error) {
		old, there := item[name]
		if !there {
			return more, nil
		}
		return calculate(old, "+", more)
	}}, err
}

func (p *parser) setting() (change, error) {
	name, err := p.path()
	if err != nil {
		return change{}, err
	}
	if err := p.want("="); err != nil {
		return change{}, err
	}
	left, err := p.source()
	if err != nil || p.peek() != "+" && p.peek() != "-" {
		return change{name, left}, err
	}
	by := p.next()
	right, err := p.source()
	return change{name, func(item Item) (Value, error) {
		a, err := left(item)
		if err != nil {
			return Value{}, err
		}
		b, err := right(item)
		if err != nil {
			return Value{}, err
		}
		return calculate(a, by, b)
	}}, err
}

// source is an operand, or if_not_exists(name, operand).
func (p *parser) source() (func(Item) (Value, error), error) {
	if p.peek() != "if_not_exists" {
		o, err := p.operand()
		return o.mustHave, err
	}
	p.next()
	if err := p.want("("); err != nil {
		return nil, err
	}
	name, err := p.path()
	if err != nil {
		return nil, err
	}
	if err := p.want(","); err != nil {
		return nil, err
	}
	other, err := p.operand()
	if err != nil {
		return nil, err
	}
	return func(item Item) (Value, error) {
		if old, there := item[name]; there {
			return old, nil
		}
		return other.mustHave(item)
	}, p.want(")")
}

func (o operand) mustHave(item Item) (Value, error) {
	v, there := o.of(item)
	if !there {
		return Value{}, invalid("The provided expression refers to an attribute that does not exist in the item")
	}
	return v, nil
}

func calculate(a Value, by string, b Value) (Value, error) {
	if a.kind != "N" || b.kind != "N" {
		return Value{}, invalid("An operand in the update expression has an incorrect data type")
	}
	result := new(big.Int)
	if by == "+" {
		result.Add(a.number(), b.number())
	} else {
		result.Sub(a.number(), b.number())
	}
	v := Value{"N", result.String()}
	return v, v.normalize()
}

// apply gives the item after the changes, all of which see it as it was.
func apply(item Item, changes []change) (Item, error) {
	changed := maps.Clone(item)
	for _, c := range changes {
		if c.value == nil {
			delete(changed, c.name)
			continue
		}
		v, err := c.value(item)
		if err != nil {
			return nil, err
		}
		changed[c.name] = v
	}
	return changed, nil
}
