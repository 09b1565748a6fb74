package template

import (
	"fmt"
	"reflect"
	"sync"
	"text/template/parse"
)

// functions are those of text/template that templates may call.
var functions = map[string]any{
	"eq":     func(a, b any) bool { return a == b },
	"gt":     func(a, b int) bool { return a > b },
	"len":    func(list any) int { return reflect.ValueOf(list).Len() },
	"not":    func(value any) bool { return !truth(reflect.ValueOf(value)) },
	"printf": fmt.Sprintf,
}

// single is the value of a pipe outside of a range, where no variable can be declared.
func (e *execution) single(pipe *parse.PipeNode, dot reflect.Value) reflect.Value {
	if len(pipe.Decl) > 0 {
		e.fail(pipe, "no template of a stack declares a variable outside of a range")
	}
	return e.pipe(pipe, dot)
}

// pipe gives the value of what stands between the braces: one command.
func (e *execution) pipe(pipe *parse.PipeNode, dot reflect.Value) reflect.Value {
	if len(pipe.Cmds) != 1 {
		e.fail(pipe, "no template of a stack pipes a value into a command")
	}
	words := pipe.Cmds[0].Args
	value := e.value(words[0], dot)
	if value.Kind() != reflect.Func {
		if len(words) > 1 {
			e.fail(pipe, "%s is no function", words[0])
		}
		return value
	}
	var arguments []reflect.Value
	for _, word := range words[1:] {
		arguments = append(arguments, e.value(word, dot))
	}
	return e.call(pipe, value, arguments)
}

// call calls a function that gives one value.
func (e *execution) call(at parse.Node, function reflect.Value, arguments []reflect.Value) reflect.Value {
	kind := function.Type()
	if len(arguments) != kind.NumIn() && !kind.IsVariadic() {
		e.fail(at, "the function takes %d values, not %d", kind.NumIn(), len(arguments))
	}
	for i, argument := range arguments[:min(len(arguments), kind.NumIn())] {
		if variadic := kind.IsVariadic() && i == kind.NumIn()-1; !variadic && !argument.Type().AssignableTo(kind.In(i)) {
			e.fail(at, "value %d of the function must be of type %s, not %s", i+1, kind.In(i), argument.Type())
		}
	}
	result := function.Call(arguments)[0]
	if result.Kind() == reflect.Interface {
		return result.Elem()
	}
	return result
}

// value gives what one word means.
func (e *execution) value(word parse.Node, dot reflect.Value) reflect.Value {
	switch word := word.(type) {
	case *parse.DotNode:
		return dot
	case *parse.FieldNode:
		return e.field(word, dot, word.Ident)
	case *parse.VariableNode:
		return e.field(word, e.variables[word.Ident[0]], word.Ident[1:])
	case *parse.IdentifierNode:
		return reflect.ValueOf(functions[word.Ident])
	case *parse.PipeNode:
		return e.pipe(word, dot)
	case *parse.StringNode:
		return reflect.ValueOf(word.Text)
	case *parse.NumberNode:
		if word.IsInt {
			return reflect.ValueOf(int(word.Int64))
		}
	}
	e.fail(word, "a word that no template of a stack uses")
	return reflect.Value{}
}

// field follows the names of fields.
func (e *execution) field(at parse.Node, value reflect.Value, names []string) reflect.Value {
	for _, name := range names {
		if value.Kind() == reflect.Pointer {
			value = value.Elem()
		}
		if value.Kind() != reflect.Struct {
			e.fail(at, "there is no field %s in %s", name, value)
		}
		of := value.Type()
		index := indexOf(of, name)
		if index == nil {
			e.fail(at, "there is no field %s in %s", name, of)
		}
		value = value.FieldByIndex(index)
	}
	return value
}

// known are the places of the fields that templates have named.
var known sync.Map // fieldName to []int

type fieldName struct {
	of   reflect.Type
	name string
}

// indexOf is where a struct has its exported field of that name; nil where it has none. To
// search the structs within it each time is 3 % of a build of 100 specs.
func indexOf(of reflect.Type, name string) []int {
	if index, ok := known.Load(fieldName{of, name}); ok {
		return index.([]int)
	}
	field, found := of.FieldByName(name)
	if !found || !field.IsExported() {
		return nil
	}
	known.Store(fieldName{of, name}, field.Index)
	return field.Index
}
