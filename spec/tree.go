package spec

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// Limits of a document that no real spec comes near; they bound what a small
// file can make of itself.
const (
	maxDepth    = 64     // of nested mappings and lists
	maxRepeated = 20_000 // values that exist only through aliases
)

// treeReader turns YAML nodes into nodes.
type treeReader struct {
	*reader
	open     map[*yaml.Node]bool // values being read, to notice a circle
	aliased  int                 // how many aliases lead to where the reader is
	repeated int
	stopped  bool
}

// readTree gives the document's values, ok false when there are too many.
func (r *reader) readTree(document *yaml.Node) (root *node, ok bool) {
	t := &treeReader{reader: r, open: map[*yaml.Node]bool{}}
	root = t.read(document, "", Position{Line: 1, Column: 1}, 0)
	return root, !t.stopped
}

// read turns one YAML node into a node; key is the place of its key.
func (r *treeReader) read(y *yaml.Node, path string, key Position, depth int) *node {
	n := &node{kind: isNothing, path: path, key: key, begin: r.clamp(y.Line, y.Column)}
	if r.stopped || !r.affordable(n, depth) {
		return n
	}
	r.open[y] = true
	defer delete(r.open, y)
	switch y.Kind {
	case yaml.AliasNode:
		return r.readAlias(y, n, depth)
	case yaml.ScalarNode:
		r.readScalar(y, n)
	case yaml.MappingNode:
		r.readMapping(y, n, depth)
	case yaml.SequenceNode:
		r.readList(y, n, depth)
	}
	n.unread = n.kind == isNothing && (y.ShortTag() != "!!null" || y.Style&yaml.TaggedStyle != 0)
	return n
}

// affordable stops the reading, with one finding, where the document is out of
// proportion.
func (r *treeReader) affordable(n *node, depth int) bool {
	if r.aliased > 0 {
		r.repeated++
	}
	switch {
	case depth > maxDepth:
		r.stop(n, "nested-too-deep", fmt.Sprintf("mappings and lists are nested more than %d deep", maxDepth))
	case r.repeated > maxRepeated:
		r.stop(n, "alias-explosion", fmt.Sprintf("the aliases of this file expand to more than %d values", maxRepeated))
	}
	return !r.stopped
}

func (r *treeReader) stop(n *node, rule, message string) {
	r.stopped = true
	r.reject(rule, "", n.begin, message, "no request needs that many; write fewer")
}

// readAlias reads the anchored value in the alias's place. Findings about the
// value point at the anchor, where it can be fixed.
func (r *treeReader) readAlias(y *yaml.Node, n *node, depth int) *node {
	if r.open[y.Alias] {
		r.reject("alias-explosion", n.path, n.begin, "the alias *"+y.Value+" is inside its own anchor", "write the value out")
		n.unread = true
		return n
	}
	r.aliased++
	defer func() { r.aliased-- }()
	return r.read(y.Alias, n.path, n.key, depth)
}

func (r *treeReader) readList(y *yaml.Node, n *node, depth int) {
	n.kind = isList
	if y.ShortTag() != "!!seq" {
		r.rejectTag(y, n)
	}
	for i, item := range y.Content {
		at := r.clamp(item.Line, item.Column)
		n.items = append(n.items, r.read(item, itemPath(n.path, i), at, depth+1))
	}
}

// A number in JSON's notation (RFC 8259 6) whose exponent stays small enough for
// exact arithmetic.
var plainNumber = lazyregexp.New(`^-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?$`)

// isCount is the common case of plainNumber, without a regular expression.
func isCount(text string) bool {
	return text != "" && len(text) <= 30 && (text[0] != '0' || text == "0") && strings.Trim(text, "0123456789") == ""
}

func (r *treeReader) readScalar(y *yaml.Node, n *node) {
	n.text = y.Value
	tag := y.ShortTag()
	if y.Style&yaml.TaggedStyle != 0 && tag != "!!str" {
		r.rejectTag(y, n)
		return
	}
	switch tag {
	case "!!str":
		n.kind = isText
	case "!!int", "!!float":
		r.readNumber(n)
	case "!!bool":
		n.kind = isBoolean
	case "!!timestamp":
		n.kind = isDate
	case "!!merge":
		n.kind = isText
	}
}

// readNumber refuses what YAML 1.1 takes for a number and hardly anyone means:
// 010 is 8 to it, 1_000 is 1000.
func (r *treeReader) readNumber(n *node) {
	if isCount(n.text) || plainNumber.MatchString(n.text) {
		n.kind = isNumber
		return
	}
	r.reject("number-notation", n.path, n.begin, quoteShort(n.text)+" is a number in a notation that is easily misread",
		"write it in plain decimal digits, or in quotes if it is text")
}

// rejectTag refuses tags on values: only !!str says something that a spec could
// mean.
func (r *treeReader) rejectTag(y *yaml.Node, n *node) {
	r.reject("yaml-tag", n.path, n.begin, "the tag "+y.Tag+" means nothing in a spec", "remove it")
}
