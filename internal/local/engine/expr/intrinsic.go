package expr

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// function is an intrinsic function (AWS: "Intrinsic functions in Amazon States
// Language"). What apply returns as an error is the reason of its failure.
type function struct {
	min, max int // arguments
	apply    func(s *Scope, args []jsonvalue.Value) (jsonvalue.Value, error)
	random   bool                    // not the same for the same arguments
	refuse   func(args []node) error // what AWS takes and this engine doesn't
	template bool                    // the first argument keeps its escapes, to be read by apply
}

var functions = map[string]function{
	"States.Array":        {min: 0, max: math.MaxInt, apply: array},
	"States.ArrayGetItem": {min: 2, max: 2, apply: arrayGetItem},
	"States.Format":       {min: 1, max: math.MaxInt, apply: format, refuse: refuseTemplate, template: true},
	"States.JsonToString": {min: 1, max: 1, apply: jsonToString},
	"States.MathAdd":      {min: 2, max: 2, apply: mathAdd},
	"States.MathRandom":   {min: 2, max: 3, apply: mathRandom, random: true, refuse: refuseSeed},
	"States.StringToJson": {min: 1, max: 1, apply: stringToJSON},
}

// notImplemented are AWS's other functions.
var notImplemented = []string{
	"States.ArrayContains", "States.ArrayLength", "States.ArrayPartition", "States.ArrayRange", "States.ArrayUnique",
	"States.Base64Decode", "States.Base64Encode", "States.Hash", "States.JsonMerge", "States.StringSplit", "States.UUID",
}

func functionNamed(name string) (function, error) {
	if fn, ok := functions[name]; ok {
		return fn, nil
	}
	if slices.Contains(notImplemented, name) {
		return function{}, fmt.Errorf("%s: not implemented by this engine", name)
	}
	return function{}, fmt.Errorf("%s: no such intrinsic function", name)
}

func (fn function) takes() string {
	switch {
	case fn.min == fn.max && fn.min == 1:
		return "1 argument"
	case fn.max == math.MaxInt:
		return fmt.Sprintf("%d argument or more", fn.min)
	case fn.min == fn.max:
		return strconv.Itoa(fn.min) + " arguments"
	default:
		return fmt.Sprintf("%d to %d arguments", fn.min, fn.max)
	}
}

// call is a function with its arguments.
type call struct {
	name string
	fn   function
	args []node
}

func (c *call) eval(s *Scope) (jsonvalue.Value, error) {
	args := make([]jsonvalue.Value, len(c.args))
	for i, arg := range c.args {
		v, err := arg.eval(s)
		if err != nil {
			return jsonvalue.Value{}, err
		}
		args[i] = v
	}
	v, err := c.fn.apply(s, args)
	if err != nil {
		return jsonvalue.Value{}, &IntrinsicError{Function: c.name, Reason: err.Error()}
	}
	return v, nil
}

// reduce evaluates a constant call. One that fails is kept, and fails where it does
// on AWS: when its state runs.
func reduce(c *call) node {
	if c.fn.random {
		return c
	}
	for _, arg := range c.args {
		if _, constant := arg.(literal); !constant {
			return c
		}
	}
	v, err := c.eval(nil)
	if err != nil {
		return c
	}
	return literal{v}
}

func array(_ *Scope, args []jsonvalue.Value) (jsonvalue.Value, error) {
	return jsonvalue.OfArray(args...), nil
}

// arrayGetItem is the item at an index that counts from 0.
func arrayGetItem(_ *Scope, args []jsonvalue.Value) (jsonvalue.Value, error) {
	items, at := args[0], args[1]
	if items.Kind() != jsonvalue.Array {
		return jsonvalue.Value{}, fmt.Errorf("the first argument must be an array, got %s", items.Kind())
	}
	i, whole := at.Int()
	if !whole {
		return jsonvalue.Value{}, fmt.Errorf("the index must be a whole number, got %s", shown(at))
	}
	if i < 0 || i >= int64(items.Len()) {
		return jsonvalue.Value{}, fmt.Errorf("the index %d is out of range: the array has %d items", i, items.Len())
	}
	return items.Index(int(i)), nil
}

// mathRandom is a whole number from the first argument on and below the second,
// each equally likely. Arguments that aren't whole are rounded.
func mathRandom(s *Scope, args []jsonvalue.Value) (jsonvalue.Value, error) {
	start, err := integer(args[0])
	if err != nil {
		return jsonvalue.Value{}, fmt.Errorf("the start %w", err)
	}
	end, err := integer(args[1])
	if err != nil {
		return jsonvalue.Value{}, fmt.Errorf("the end %w", err)
	}
	if start >= end {
		return jsonvalue.Value{}, fmt.Errorf("the end must be greater than the start: nothing lies from %d on and below %d", start, end)
	}
	return jsonvalue.OfInt(start + int64(s.Random()*float64(end-start))), nil
}

// mathAdd is the sum of two numbers, each rounded.
func mathAdd(_ *Scope, args []jsonvalue.Value) (jsonvalue.Value, error) {
	sum := int64(0)
	for i, position := range []string{"first", "second"} {
		n, err := integer(args[i])
		if err != nil {
			return jsonvalue.Value{}, fmt.Errorf("the %s number %w", position, err)
		}
		sum += n
	}
	if sum < math.MinInt32 || sum > math.MaxInt32 {
		return jsonvalue.Value{}, fmt.Errorf("the sum must lie within -2147483648 and 2147483647, got %d", sum)
	}
	return jsonvalue.OfInt(sum), nil
}

// jsonToString is the JSON text of a value, without white space.
func jsonToString(_ *Scope, args []jsonvalue.Value) (jsonvalue.Value, error) {
	return jsonvalue.OfString(args[0].String()), nil
}

// integer is a number rounded to the nearest whole one, a half up, within the
// range that AWS gives for its arithmetic: 32 bits.
func integer(v jsonvalue.Value) (int64, error) {
	if v.Kind() != jsonvalue.Number {
		return 0, fmt.Errorf("must be a number, got %s", v.Kind())
	}
	f, err := strconv.ParseFloat(v.Number(), 64)
	f = math.Floor(f + 0.5)
	if err != nil || f < math.MinInt32 || f > math.MaxInt32 {
		return 0, fmt.Errorf("must lie within -2147483648 and 2147483647, got %s", shown(v))
	}
	return int64(f), nil
}

// refuseSeed refuses the third argument: the same seed would have to give the same
// numbers as on AWS, and how AWS computes them isn't known.
func refuseSeed(args []node) error {
	if len(args) > 2 {
		return errors.New("a seed (the third argument) is not implemented by this engine")
	}
	return nil
}

// stringToJSON parses a string. An empty one is null, as recorded from AWS.
func stringToJSON(_ *Scope, args []jsonvalue.Value) (jsonvalue.Value, error) {
	if args[0].Kind() != jsonvalue.String {
		return jsonvalue.Value{}, fmt.Errorf("the argument must be a string, got %s", args[0].Kind())
	}
	text := args[0].Text()
	if strings.TrimLeft(text, " \t\r\n") == "" {
		return jsonvalue.Value{}, nil
	}
	return jsonvalue.ParseString(text)
}

// shown is a value for an error message, shortened if it is long.
func shown(v jsonvalue.Value) string {
	const most = 60
	text := v.String()
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
