// Package template fills in the templates of a stack's files: the part of
// text/template that they use, in its syntax and with its results.
//
// text/template itself finds methods by names that only the run knows. A program
// that is linked with it must keep every exported method of every type, and sfngen
// knows the AWS clients: with it (and net/rpc, which does the same) the binary is
// 8.4 MB larger, of which each run of a command touches 3 MB. So values have no
// methods here: what a template calls is a field that holds a function.
package template

import (
	"bytes"
	"fmt"
	"reflect"
	"sync"
	"text/template/parse"

	"github.com/sfngen/sfngen/internal/gen/written"
)

// Template is a text with actions in it.
type Template struct {
	name string
	tree func() (*parse.Tree, error)
}

// New makes a template of a text, which is parsed when the template is first
// executed. The name is for errors.
func New(name string, text func() string) *Template {
	return &Template{name, sync.OnceValues(func() (*parse.Tree, error) {
		trees, err := parse.Parse(name, text(), "", "", functions)
		return trees[name], err
	})}
}

// Execute gives the text with the values of a struct in the place of the actions.
// What the template and the values have not in common is an error: a field that is
// not there, an action or a function that this package does not know. A value that a
// function cannot take panics, as any Go code would.
func (t *Template) Execute(values any) (text []byte, err error) {
	tree, err := t.tree()
	if err != nil {
		return nil, err
	}
	e := execution{tree: tree, variables: map[string]reflect.Value{"$": reflect.ValueOf(values)}}
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case fault:
			text, err = nil, cause.error
		default:
			panic(cause) // a fault of this package's, or of a function's: half a file is none
		}
	}()
	return written.By(func(to *bytes.Buffer) {
		e.out = to
		e.walk(tree.Root, reflect.ValueOf(values))
	}), nil
}

// execution is one run through a template.
type execution struct {
	tree      *parse.Tree
	out       *bytes.Buffer
	variables map[string]reflect.Value // by name, with the $; "$" is the values given
}

// fault ends an execution.
type fault struct{ error }

func (e *execution) fail(at parse.Node, format string, args ...any) {
	place, action := e.tree.ErrorContext(at)
	panic(fault{fmt.Errorf("%s: %s: %w", place, action, fmt.Errorf(format, args...))})
}

// walk writes a node. The dot is what {{.}} means there.
func (e *execution) walk(node parse.Node, dot reflect.Value) {
	switch node := node.(type) {
	case *parse.ListNode:
		if node == nil {
			return // an {{else}} that is not there
		}
		for _, inner := range node.Nodes {
			e.walk(inner, dot)
		}
	case *parse.TextNode:
		e.out.Write(node.Text)
	case *parse.ActionNode:
		fmt.Fprint(e.out, e.single(node.Pipe, dot).Interface())
	case *parse.IfNode:
		e.walk(branch(&node.BranchNode, truth(e.single(node.Pipe, dot))), dot)
	case *parse.WithNode:
		if value := e.single(node.Pipe, dot); truth(value) {
			dot = value
			e.walk(node.List, dot)
		} else {
			e.walk(node.ElseList, dot)
		}
	case *parse.RangeNode:
		e.each(node, dot)
	default:
		e.fail(node, "an action that no template of a stack uses")
	}
}

func branch(node *parse.BranchNode, taken bool) *parse.ListNode {
	if taken {
		return node.List
	}
	return node.ElseList
}

// each writes the body of a range once for each item of a list, or its {{else}}.
func (e *execution) each(node *parse.RangeNode, dot reflect.Value) {
	items := e.pipe(node.Pipe, dot)
	if items.Kind() != reflect.Slice || len(node.Pipe.Decl) > 1 {
		e.fail(node, "only a list can be gone through, with one variable for its items, not %s", items.Type())
	}
	if items.Len() == 0 {
		e.walk(node.ElseList, dot)
	}
	for _, variable := range node.Pipe.Decl {
		name, outer := variable.Ident[0], e.variables[variable.Ident[0]]
		defer func() { e.variables[name] = outer }() // of a range around it
	}
	for i := range items.Len() {
		for _, variable := range node.Pipe.Decl {
			e.variables[variable.Ident[0]] = items.Index(i)
		}
		e.walk(node.List, items.Index(i))
	}
}

// truth is whether {{if}} takes a value for true: one that is not empty.
func truth(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.String, reflect.Slice, reflect.Map:
		return value.Len() > 0
	case reflect.Struct:
		return true
	}
	return !value.IsZero()
}
