package watch_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// missing is a span without data.
var missing = math.NaN()

// compute evaluates an expression of metric math for one span (CloudWatch User Guide,
// "Using math expressions with metrics"): numbers, ids, + - * /, comparisons, AND, OR,
// FILL and IF. What is computed from a missing value is missing, and so is a division by
// zero.
func compute(text string, values map[string]float64) (result float64, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%s: %v", text, problem)
		}
	}()
	if tokens[text] == nil {
		tokens[text] = token.FindAllString(text, -1)
	}
	p := &parser{tokens: tokens[text], values: values}
	result = p.binary(0)
	if p.at < len(p.tokens) {
		panic("left over: " + p.tokens[p.at])
	}
	return result, nil
}

// tokens of each expression that was read: the same ones are, over and over.
var tokens = map[string][]string{}

var token = regexp.MustCompile(`[0-9.]+|[A-Za-z_][A-Za-z0-9_]*|>=|<=|==|!=|[-+*/><(),]|\S`)

type parser struct {
	tokens []string
	at     int
	values map[string]float64
}

func (p *parser) next() string {
	if p.at == len(p.tokens) {
		return ""
	}
	return p.tokens[p.at]
}

func (p *parser) take(want string) {
	if p.next() != want {
		panic(fmt.Sprintf("%q, want %q", p.next(), want))
	}
	p.at++
}

// levels are the operators, those that bind least first.
var levels = []map[string]func(a, b float64) float64{
	{"OR": func(a, b float64) float64 { return truth(a != 0 || b != 0) }},
	{"AND": func(a, b float64) float64 { return truth(a != 0 && b != 0) }},
	{
		">=": func(a, b float64) float64 { return truth(a >= b) }, "<=": func(a, b float64) float64 { return truth(a <= b) },
		"==": func(a, b float64) float64 { return truth(a == b) }, "!=": func(a, b float64) float64 { return truth(a != b) },
		">": func(a, b float64) float64 { return truth(a > b) }, "<": func(a, b float64) float64 { return truth(a < b) },
	},
	{"+": func(a, b float64) float64 { return a + b }, "-": func(a, b float64) float64 { return a - b }},
	{"*": func(a, b float64) float64 { return a * b }, "/": divide},
}

func divide(a, b float64) float64 {
	if b == 0 {
		return missing
	}
	return a / b
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func (p *parser) binary(level int) float64 {
	if level == len(levels) {
		return p.operand()
	}
	left := p.binary(level + 1)
	for {
		operator, found := levels[level][p.next()]
		if !found {
			return left
		}
		p.at++
		right := p.binary(level + 1)
		if math.IsNaN(left) || math.IsNaN(right) {
			left = missing
			continue
		}
		left = operator(left, right)
	}
}

func (p *parser) operand() float64 {
	word := p.next()
	p.at++
	switch word {
	case "(":
		v := p.binary(0)
		p.take(")")
		return v
	case "IF":
		a := p.arguments(3)
		switch {
		case math.IsNaN(a[0]):
			return missing
		case a[0] != 0:
			return a[1]
		}
		return a[2]
	case "FILL":
		a := p.arguments(2)
		if math.IsNaN(a[0]) {
			return a[1]
		}
		return a[0]
	}
	if v, err := strconv.ParseFloat(word, 64); err == nil {
		return v
	}
	v, known := p.values[word]
	if !known {
		panic("no " + word)
	}
	return v
}

func (p *parser) arguments(n int) []float64 {
	p.take("(")
	all := []float64{p.binary(0)}
	for len(all) < n {
		p.take(",")
		all = append(all, p.binary(0))
	}
	p.take(")")
	return all
}
