package eventbridge

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// comparableNumber is the number as EventBridge compares numbers: as a 64-bit floating
// point number, and only if that keeps all its digits. A number that it cannot hold
// (an id of 20 digits) equals only the same digits.
func comparableNumber(number jsonvalue.Value) (float64, error) {
	refused := fmt.Errorf("%s is a number that EventBridge cannot compare; it compares 64-bit floating point numbers, of up to 17 digits",
		number)
	f, err := strconv.ParseFloat(number.Number(), 64)
	if err != nil {
		return 0, refused
	}
	shortest, err := jsonvalue.ParseString(strconv.FormatFloat(f, 'e', -1, 64))
	if err != nil || !jsonvalue.Equal(shortest, number) {
		return 0, refused
	}
	return f, nil
}

// exactNumber matches a number of the same value: 300 is 300.0. (The user guide
// denies that; AWS does it.)
func exactNumber(item jsonvalue.Value) matcher {
	want, err := comparableNumber(item)
	if err != nil {
		return matcher{wants: item.String(), matches: func(v jsonvalue.Value) bool { return v.Number() == item.Number() }}
	}
	return numberMatcher(item.String(), func(got float64) bool { return got == want })
}

// numberMatcher matches only numbers that can be compared.
func numberMatcher(wants string, matches func(float64) bool) matcher {
	return matcher{wants: wants, matches: func(v jsonvalue.Value) bool {
		if v.Kind() != jsonvalue.Number {
			return false
		}
		got, err := comparableNumber(v)
		return err == nil && matches(got)
	}}
}

// comparisons are the operators of numeric.
var comparisons = map[string]func(got, want float64) bool{
	"=":  func(got, want float64) bool { return got == want },
	"<":  func(got, want float64) bool { return got < want },
	"<=": func(got, want float64) bool { return got <= want },
	">":  func(got, want float64) bool { return got > want },
	">=": func(got, want float64) bool { return got >= want },
}

// comparison is an operator of numeric and its number.
type comparison struct {
	operator string
	number   float64
	text     string
}

func (c comparison) holds(got float64) bool { return comparisons[c.operator](got, c.number) }

// isFrom and isTo: a range goes from a > or >= to a < or <=.
func (c comparison) isFrom() bool { return c.operator[0] == '>' }
func (c comparison) isTo() bool   { return c.operator[0] == '<' }

// numeric reads ["=", 1], [">", 0] or a range, [">=", 0, "<", 10].
func numeric(operand jsonvalue.Value) (matcher, error) {
	if n := operand.Len(); operand.Kind() != jsonvalue.Array || n != 2 && n != 4 {
		return matcher{}, fmt.Errorf(`found %s, expected a list such as [">", 0] or [">", 0, "<=", 5]`, operand)
	}
	first, err := compileComparison(operand.Index(0), operand.Index(1))
	if err != nil {
		return matcher{}, err
	}
	if operand.Len() == 2 {
		return numberMatcher("a number "+first.text, first.holds), nil
	}
	second, err := compileComparison(operand.Index(2), operand.Index(3))
	switch {
	case err != nil:
		return matcher{}, err
	case !first.isFrom() || !second.isTo():
		return matcher{}, errors.New("a range goes from > or >= to < or <=")
	case first.number >= second.number:
		return matcher{}, errors.New("a range goes from a smaller number to a greater one")
	}
	return numberMatcher("a number "+first.text+" and "+second.text, func(got float64) bool {
		return first.holds(got) && second.holds(got)
	}), nil
}

func compileComparison(operator, number jsonvalue.Value) (comparison, error) {
	if comparisons[operator.Text()] == nil {
		return comparison{}, fmt.Errorf("found %s, expected one of = < <= > >=", operator)
	}
	if number.Kind() != jsonvalue.Number {
		return comparison{}, fmt.Errorf("found %s after %s, expected a number", number, operator.Text())
	}
	f, err := comparableNumber(number)
	if err != nil {
		return comparison{}, err
	}
	return comparison{operator.Text(), f, operator.Text() + " " + number.Number()}, nil
}
