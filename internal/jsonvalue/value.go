// Package jsonvalue holds JSON values as states pass them: immutable, with members in
// their original order and numbers as written.
//
// A Value never changes: methods that modify it return a copy, and both are safe
// for concurrent use. Its size as JSON is known without encoding it, because a
// state machine checks it at every step.
package jsonvalue

import (
	"iter"
	"strconv"
	"strings"
)

// Kind is one of JSON's six kinds (RFC 8259, 3).
type Kind uint8

// The kinds; the zero Value is null.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// String is the kind's name, as in a sentence: "null", "an object".
func (k Kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "an array", "an object"}[k]
}

// Value is any JSON value; the zero Value is null.
type Value struct {
	// head is the kind in the lowest kindBits and above them the size as JSON, so a
	// Value has four words. Null's is 0.
	head uint64
	text string // a String's decoded text; true, false; a Number as it was written
	tree *tree  // of an Array or Object that is not empty
}

const kindBits = 3

// tree is what a container holds: one of the two.
type tree struct {
	items   []Value
	members []Member
}

// Member is one name and value of an object.
type Member struct {
	Name  string
	Value Value
}

// WithArticle names the kind in a sentence: "a string", "null".
func (k Kind) WithArticle() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "a boolean"
	case Number:
		return "a number"
	case String:
		return "a string"
	case Array:
		return "an array"
	default:
		return "an object"
	}
}

func scalar(k Kind, text string, size int) Value {
	return Value{head: uint64(size)<<kindBits | uint64(k), text: text}
}

func container(k Kind, t *tree, size int) Value {
	return Value{head: uint64(size)<<kindBits | uint64(k), tree: t}
}

// OfBool is true or false.
func OfBool(b bool) Value {
	text := strconv.FormatBool(b)
	return scalar(Bool, text, len(text))
}

// OfString is a string. JSON text is Unicode: bytes that are not UTF-8 become
// U+FFFD.
func OfString(text string) Value {
	return stringOf(strings.ToValidUTF8(text, "\uFFFD"))
}

func stringOf(valid string) Value {
	return scalar(String, valid, quotedSize(valid))
}

// OfInt is a whole number.
func OfInt(n int64) Value {
	text := strconv.FormatInt(n, 10)
	return scalar(Number, text, len(text))
}

// OfArray is an array of these items.
func OfArray(items ...Value) Value {
	size := len("[]")
	for i, item := range items {
		size += separator(i) + item.Size()
	}
	return arrayOf(items, size)
}

// arrayOf copies items: the caller's slice stays the caller's.
func arrayOf(items []Value, size int) Value {
	if len(items) == 0 {
		return container(Array, nil, size)
	}
	own := make([]Value, len(items))
	copy(own, items)
	return container(Array, &tree{items: own}, size)
}

// separator is the size of the comma before the item or member at i.
func separator(i int) int {
	if i == 0 {
		return 0
	}
	return len(",")
}

// Kind says which of the accessors below applies.
func (v Value) Kind() Kind { return Kind(v.head & (1<<kindBits - 1)) }

// Size is the number of bytes of the value as JSON, as AppendJSON writes it. It is
// computed when the value is created.
func (v Value) Size() int {
	if v.head == 0 {
		return len("null")
	}
	return int(v.head >> kindBits)
}

// Bool is whether the value is true; false of any other value.
func (v Value) Bool() bool { return v.Kind() == Bool && v.text == "true" }

// Text is the decoded text of a String; empty for any other kind.
func (v Value) Text() string {
	if v.Kind() != String {
		return ""
	}
	return v.text
}

// Number is a Number as it was written, such as 1.50 or 1e3; empty for any other
// kind.
func (v Value) Number() string {
	if v.Kind() != Number {
		return ""
	}
	return v.text
}

// Int is the whole number that a Number is written as, if it is written as one
// (1, not 1.0 or 1e0) and lies within 64 bits.
func (v Value) Int() (int64, bool) {
	if v.Kind() != Number {
		return 0, false
	}
	n, err := strconv.ParseInt(v.text, 10, 64)
	return n, err == nil
}

// Len is the number of items of an Array or members of an Object; 0 for any
// other kind.
func (v Value) Len() int {
	if v.tree == nil {
		return 0
	}
	return len(v.tree.items) + len(v.tree.members)
}

// Index is the item at i of an Array, 0 <= i < Len: it panics out of that range,
// as a slice does.
func (v Value) Index(i int) Value { return v.items()[i] }

// Items are the items of an Array, in order; none for any other kind.
func (v Value) Items() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for _, item := range v.items() {
			if !yield(item) {
				return
			}
		}
	}
}

func (v Value) items() []Value {
	if v.tree == nil {
		return nil
	}
	return v.tree.items
}

func (v Value) members() []Member {
	if v.tree == nil {
		return nil
	}
	return v.tree.members
}
