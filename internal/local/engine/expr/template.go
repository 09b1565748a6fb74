package expr

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// Template is a payload template (ASL, "Payload Template"): Parameters,
// ResultSelector or Assign. A member whose name ends in ".$" is an expression and
// loses the ending; everything else stays as it is. Templates in arrays are
// evaluated too, as AWS does. The members of an object come out in AWS's order:
// see inOrder.
type Template struct {
	root      node
	variables []string
}

// Problem is what is wrong at one place of a template.
type Problem struct {
	Place   string // such as ['Payload']['execution']['name.$'][0]; empty: the whole
	Message string
}

// expressionSuffix ends the name of a member that is an expression.
const expressionSuffix = ".$"

// CompileTemplate reads a template. It returns all the problems in the order of
// the text, and no template if there is one.
func CompileTemplate(v jsonvalue.Value) (*Template, []Problem) {
	c := compiler{variables: map[string]bool{}}
	root := c.value("", v)
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return &Template{root, sortedNames(c.variables)}, nil
}

// Eval is the template with its expressions evaluated. Its error is one of
// Expression.Eval; a *PathError also names the field.
func (t *Template) Eval(s *Scope) (jsonvalue.Value, error) { return t.root.eval(s) }

type compiler struct {
	problems  []Problem
	variables map[string]bool
}

func (c *compiler) problem(place, message string) node {
	c.problems = append(c.problems, Problem{place, message})
	return nil
}

// value is the template v; v itself, as a literal, where nothing in it is an
// expression.
func (c *compiler) value(place string, v jsonvalue.Value) node {
	switch v.Kind() {
	case jsonvalue.Array:
		return c.array(place, v)
	case jsonvalue.Object:
		return c.object(place, v)
	default:
		return literal{v}
	}
}

func (c *compiler) array(place string, v jsonvalue.Value) node {
	items, i := make([]node, 0, v.Len()), 0
	for item := range v.Items() {
		items = append(items, c.value(fmt.Sprintf("%s[%d]", place, i), item))
		i++
	}
	if !slices.ContainsFunc(items, evaluates) {
		return literal{v}
	}
	return arrayTemplate(items)
}

func (c *compiler) object(place string, v jsonvalue.Value) node {
	members, names := make([]member, 0, v.Len()), make(map[string]bool, v.Len())
	for key, inside := range v.Members() {
		at := place + "['" + quoteEscaper.Replace(key) + "']"
		name, expression := strings.CutSuffix(key, expressionSuffix)
		if names[name] {
			c.problem(at, fmt.Sprintf("there is a second member for %q: a name with and without .$ is the same", name))
		}
		names[name] = true
		if expression {
			members = append(members, member{name, c.expression(at, key, inside)})
		} else {
			members = append(members, member{name, c.value(at, inside)})
		}
	}
	if !slices.ContainsFunc(members, func(m member) bool { return evaluates(m.value) }) {
		return literal{v}
	}
	return objectOf(inOrder(members))
}

// quoteEscaper makes a name fit for a place.
var quoteEscaper = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

func (c *compiler) expression(place, key string, v jsonvalue.Value) node {
	if key == expressionSuffix {
		return c.problem(place, "there is no name before .$")
	}
	if v.Kind() != jsonvalue.String {
		return c.problem(place, fmt.Sprintf("a name that ends in .$ takes an expression in a string, got %s", v.Kind()))
	}
	e, err := compile(v.Text())
	if err != nil {
		return c.problem(place, err.Error())
	}
	for _, name := range e.variables {
		c.variables[name] = true
	}
	return &field{key, e}
}

// evaluates reports whether a part may evaluate to something else than itself.
func evaluates(n node) bool {
	_, constant := n.(literal)
	return !constant
}

// field is a member that is an expression. An index beyond an array's end is null
// there, but an error in a function's argument and everywhere else, as measured on
// AWS (floci-io/floci, issue 2870).
type field struct {
	key        string // with its .$
	expression *Expression
}

func (f *field) eval(s *Scope) (jsonvalue.Value, error) {
	v, err := f.expression.Eval(s)
	if err == nil {
		return v, nil
	}
	var path *PathError
	if !errors.As(err, &path) {
		return jsonvalue.Value{}, err
	}
	if path.pastEnd && path.Call == "" {
		return jsonvalue.Value{}, nil
	}
	path.Field = f.key
	return jsonvalue.Value{}, err
}

// member is a member of a template object, by its name without .$.
type member struct {
	name  string
	value node
}

type objectTemplate struct {
	shape  jsonvalue.Value // the names, with null for all values
	values []node
}

func objectOf(members []member) *objectTemplate {
	shape, values := make([]jsonvalue.Member, len(members)), make([]node, len(members))
	for i, m := range members {
		shape[i].Name, values[i] = m.name, m.value
	}
	return &objectTemplate{jsonvalue.OfObject(shape...), values}
}

func (t *objectTemplate) eval(s *Scope) (jsonvalue.Value, error) {
	return t.shape.Fill(func(i int) (jsonvalue.Value, error) { return t.values[i].eval(s) })
}

type arrayTemplate []node

func (t arrayTemplate) eval(s *Scope) (jsonvalue.Value, error) {
	items := make([]jsonvalue.Value, len(t))
	for i, n := range t {
		v, err := n.eval(s)
		if err != nil {
			return jsonvalue.Value{}, err
		}
		items[i] = v
	}
	return jsonvalue.OfArray(items...), nil
}
