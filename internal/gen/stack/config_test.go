package stack_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sfngen/sfngen/runtime/coordination"
	"github.com/sfngen/sfngen/runtime/coordination/dynamodb"
	"github.com/sfngen/sfngen/runtime/credentials"
	"github.com/sfngen/sfngen/runtime/credentials/awsstore"
	"github.com/sfngen/sfngen/runtime/credentials/oauth2"
	"github.com/sfngen/sfngen/runtime/egress"
	"github.com/sfngen/sfngen/runtime/orchestrator"
)

// The mains hold the plan's configs, with which the local run works too.
func TestMainsHoldTheConfigsOfThePlan(t *testing.T) {
	for name, s := range examples(t) {
		t.Run(name, func(t *testing.T) {
			var e egress.Config
			readLiteral(t, s.File("cmd/egress/main.go"), &e)
			if diff := cmp.Diff(s.Plan.EgressConfig(), e, cmpopts.EquateEmpty(), sameFunctions); diff != "" {
				t.Errorf("egress (-plan +main):\n%s", diff)
			}
			var o orchestrator.Config
			readLiteral(t, s.File("cmd/orchestrator/main.go"), &o)
			if diff := cmp.Diff(s.Plan.OrchestratorConfig(), o, cmpopts.EquateEmpty(), sameFunctions); diff != "" {
				t.Errorf("orchestrator (-plan +main):\n%s", diff)
			}
		})
	}
}

// openers are the functions that a main can name.
var openers = map[string]any{"awsstore.Open": awsstore.Open, "oauth2.Open": oauth2.Open,
	"dynamodb.Open": coordination.Opener(dynamodb.Open)}

// sameFunctions compares functions by what they are.
var sameFunctions = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type().Kind() == reflect.Func },
	cmp.Comparer(func(a, b any) bool { return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer() }))

// readLiteral reads the one Config literal of a generated main.
func readLiteral(t *testing.T, source []byte, into any) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), "main.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(parsed, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		if named, ok := literal.Type.(*ast.SelectorExpr); !ok || named.Sel.Name != "Config" {
			return true
		}
		found++
		setLiteral(t, reflect.ValueOf(into).Elem(), literal)
		return false
	})
	if found != 1 {
		t.Fatalf("the main has %d Config literals, want 1", found)
	}
}

// setLiteral sets a value from an expression, for the forms that a generated main
// has.
func setLiteral(t *testing.T, into reflect.Value, e ast.Expr) {
	t.Helper()
	switch e := e.(type) {
	case *ast.CompositeLit:
		setComposite(t, into, e)
	case *ast.BasicLit:
		setBasic(t, into, e)
	case *ast.Ident:
		into.SetBool(e.Name == "true")
	case *ast.UnaryExpr: // &
		into.Set(reflect.New(into.Type().Elem()))
		setLiteral(t, into.Elem(), e.X)
	case *ast.SelectorExpr:
		into.Set(reflect.ValueOf(openers[e.X.(*ast.Ident).Name+"."+e.Sel.Name]))
	case *ast.BinaryExpr:
		into.SetInt(int64(durationOf(t, e)))
	default:
		t.Fatalf("%T is not read by this test", e)
	}
}

func setBasic(t *testing.T, into reflect.Value, e *ast.BasicLit) {
	t.Helper()
	if e.Kind == token.INT {
		n, err := strconv.Atoi(e.Value)
		if err != nil {
			t.Fatal(err)
		}
		into.SetInt(int64(n))
		return
	}
	text, err := strconv.Unquote(e.Value)
	if err != nil {
		t.Fatal(err)
	}
	into.SetString(text)
}

func setComposite(t *testing.T, into reflect.Value, literal *ast.CompositeLit) {
	t.Helper()
	if into.Kind() == reflect.Interface {
		var c credentials.Config
		setComposite(t, reflect.ValueOf(&c).Elem(), literal)
		into.Set(reflect.ValueOf(c))
		return
	}
	if into.Kind() == reflect.Map {
		into.Set(reflect.MakeMap(into.Type()))
	}
	for _, element := range literal.Elts {
		pair, _ := element.(*ast.KeyValueExpr)
		switch into.Kind() {
		case reflect.Struct:
			setLiteral(t, into.FieldByName(pair.Key.(*ast.Ident).Name), pair.Value)
		case reflect.Map:
			key, value := reflect.New(into.Type().Key()).Elem(), reflect.New(into.Type().Elem()).Elem()
			setLiteral(t, key, pair.Key)
			setLiteral(t, value, pair.Value)
			into.SetMapIndex(key, value)
		case reflect.Slice:
			value := reflect.New(into.Type().Elem()).Elem()
			setLiteral(t, value, element)
			into.Set(reflect.Append(into, value))
		default:
			t.Fatalf("%s is not read by this test", into.Kind())
		}
	}
}

var units = map[string]time.Duration{"Millisecond": time.Millisecond, "Second": time.Second, "Minute": time.Minute, "Hour": time.Hour}

// durationOf reads 10 * time.Second.
func durationOf(t *testing.T, e *ast.BinaryExpr) time.Duration {
	t.Helper()
	count, isNumber := e.X.(*ast.BasicLit)
	unit, isUnit := e.Y.(*ast.SelectorExpr)
	if !isNumber || !isUnit || e.Op != token.MUL || units[unit.Sel.Name] == 0 {
		t.Fatal("a duration is not NUMBER * time.UNIT")
	}
	n, err := strconv.Atoi(count.Value)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(n) * units[unit.Sel.Name]
}
