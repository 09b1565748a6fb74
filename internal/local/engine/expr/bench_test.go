package expr

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// attempt is the Parameters of an attempt, as the generator emits them.
func attempt(b *testing.B) *Template {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "golden", "acme-orders", "statemachine.asl.json"))
	if err != nil {
		b.Fatal(err)
	}
	v, err := jsonvalue.Parse(text)
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"States", "Attempt 2", "Parameters"} {
		var ok bool
		if v, ok = v.Get(name); !ok {
			b.Fatal("no", name)
		}
	}
	return compileTemplate(b, v.String())
}

func BenchmarkTemplate(b *testing.B) {
	template, s := attempt(b), scope(b)
	s.Input = parse(b, `{"request":{"method":"GET"},"start":{"index":2}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := template.Eval(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTarget(b *testing.B) {
	target, err := CompileTarget("$.failure")
	if err != nil {
		b.Fatal(err)
	}
	in, result := parse(b, `{"request":{"method":"GET"},"start":{"index":2}}`), jsonvalue.OfString("x")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := target.Set(in, result); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPath(b *testing.B) {
	e, err := CompilePath("$report.waitSeconds[0]")
	if err != nil {
		b.Fatal(err)
	}
	s := scope(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Eval(s); err != nil {
			b.Fatal(err)
		}
	}
}
