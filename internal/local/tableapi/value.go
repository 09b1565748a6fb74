package tableapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
)

// Value is that of an attribute, of one of the kinds S (text), N (a whole number) and
// BOOL. DynamoDB has more; a pool uses none of them.
type Value struct {
	kind string
	text string // of BOOL: "true" or "false"
}

// Item is one of a table.
type Item map[string]Value

// mostDigits is the precision of N (Developer Guide, "Supported data types").
const mostDigits = 38

// UnmarshalJSON reads {"S": "text"}, {"N": "1"} or {"BOOL": true}.
func (v *Value) UnmarshalJSON(text []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil || len(members) != 1 {
		return invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	}
	for kind, raw := range members {
		return v.set(kind, raw)
	}
	return nil
}

func (v *Value) set(kind string, raw json.RawMessage) error {
	switch kind {
	case "BOOL":
		var is bool
		if json.Unmarshal(raw, &is) != nil || bytes.Equal(raw, []byte("null")) {
			return invalid("a BOOL is true or false")
		}
		*v = Value{kind, fmt.Sprint(is)}
		return nil
	case "S", "N":
		var text *string
		if json.Unmarshal(raw, &text) != nil || text == nil {
			return invalid("a value of kind " + kind + " is a JSON string")
		}
		*v = Value{kind, *text}
		if kind == "N" {
			return v.normalize()
		}
		return nil
	}
	return invalid(fmt.Sprintf("%q is no kind of value that the tables of this machine know: they know S, N and BOOL", kind))
}

// normalize writes a number as DynamoDB gives it back.
func (v *Value) normalize() error {
	n, ok := new(big.Int).SetString(v.text, 10)
	if !ok || strings.HasPrefix(v.text, "+") {
		return invalid(fmt.Sprintf("%q is no whole number: the tables of this machine know no others", v.text))
	}
	v.text = n.String()
	if len(strings.TrimPrefix(v.text, "-")) > mostDigits {
		return invalid("Attempting to store more than 38 significant digits in a Number")
	}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.kind == "BOOL" {
		return json.Marshal(map[string]bool{v.kind: v.text == "true"})
	}
	return json.Marshal(map[string]string{v.kind: v.text})
}

func (v Value) number() *big.Int {
	n, ok := new(big.Int).SetString(v.text, 10)
	if !ok {
		return new(big.Int) // every N was read by normalize
	}
	return n
}

// compare says how two of one kind that has an order stand; known is false for others.
func (v Value) compare(other Value) (order int, known bool) {
	switch {
	case v.kind != other.kind || v.kind == "BOOL":
		return 0, false
	case v.kind == "N":
		return v.number().Cmp(other.number()), true
	}
	return strings.Compare(v.text, other.text), true
}

// size is what an item counts (Developer Guide, "DynamoDB item sizes and formats"): names
// and values; a number takes a byte for each two digits and one more.
func (i Item) size() int {
	total := 0
	for name, value := range i {
		total += len(name)
		switch value.kind {
		case "S":
			total += len(value.text)
		case "N":
			total += (len(value.text)+1)/2 + 1
		default:
			total++
		}
	}
	return total
}
