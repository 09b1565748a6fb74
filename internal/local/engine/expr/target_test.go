package expr

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

func TestTarget(t *testing.T) {
	tests := []struct{ name, text, in, want string }{
		{"the whole", `$`, `{"a":1}`, `"R"`},
		{"the whole of what is no object", `$`, `[1]`, `"R"`},
		{"a new member", `$.r`, `{"a":1}`, `{"a":1,"r":"R"}`},
		{"in its place", `$.a`, `{"a":1,"b":2}`, `{"a":"R","b":2}`},
		{"in place of null", `$.a`, `{"a":null}`, `{"a":"R"}`},
		{"deep", `$.a.b`, `{"a":{"b":1,"c":2},"d":3}`, `{"a":{"b":"R","c":2},"d":3}`},
		{"objects are made on the way", `$.x.y['z z']`, `{"a":1}`, `{"a":1,"x":{"y":{"z z":"R"}}}`},
		{"an object is made on the way in one", `$.a.b.c`, `{"a":{"d":1}}`, `{"a":{"d":1,"b":{"c":"R"}}}`},
		{"an item", `$.a[1]`, `{"a":[1,2,3]}`, `{"a":[1,"R",3]}`},
		{"in an item", `$.a[0].b`, `{"a":[{"c":1}]}`, `{"a":[{"c":1,"b":"R"}]}`},
		{"an item of the input", `$[0]`, `[1,2]`, `["R",2]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target, err := CompileTarget(test.text)
			if err != nil {
				t.Fatal(err)
			}
			in := parse(t, test.in)
			got, err := target.Set(in, jsonvalue.OfString("R"))
			if err != nil || target.String() != test.text {
				t.Fatal(target, err)
			}
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !jsonvalue.Equal(in, parse(t, test.in)) {
				t.Errorf("the input became %s", in)
			}
			if got.Size() != len(test.want) {
				t.Errorf("size %d, want %d", got.Size(), len(test.want))
			}
		})
	}
}

func TestTargetError(t *testing.T) {
	tests := []struct{ name, text, in, step, at string }{
		{"the input is an array", `$.r`, `[1]`, "r", `[1]`},
		{"the input is a string", `$.r`, `"x"`, "r", `"x"`},
		{"the input is null", `$.r`, `null`, "r", `null`},
		{"through a number", `$.a.b`, `{"a":1}`, "b", `1`},
		{"through null", `$.a.b`, `{"a":null}`, "b", `null`},
		{"through an array", `$.a.b.c`, `{"a":{"b":[]}}`, "c", `[]`},
		{"beyond an array's end", `$.a[1]`, `{"a":[1]}`, "1", `[1]`},
		{"an item of an object", `$.a[0]`, `{"a":{}}`, "0", `{}`},
		{"an item of what is not there", `$.x[0]`, `{}`, "0", `{}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target, err := CompileTarget(test.text)
			if err != nil {
				t.Fatal(err)
			}
			got, err := target.Set(parse(t, test.in), jsonvalue.OfString("R"))
			var failed *targetError
			if !errors.As(err, &failed) {
				t.Fatalf("got %s, %v; want a *targetError", got, err)
			}
			if failed.Path != test.text || failed.Step != test.step || failed.Input.String() != test.at {
				t.Errorf("got %+v", failed)
			}
			if want := `Unable to apply step "` + test.step + `" to input ` + test.at; err.Error() != want {
				t.Errorf("got %s, want %s", err, want)
			}
		})
	}
}

func TestTargetRefused(t *testing.T) {
	for text, want := range map[string]string{
		`$$.Execution.Input`: "a result goes into the state's input",
		`$$`:                 "a result goes into the state's input",
		`$name.a`:            "a result goes into the state's input",
		`States.Array()`:     "only a path may stand",
		`r`:                  "expected a path",
	} {
		if target, err := CompileTarget(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, %v; want …%s…", text, target, err, want)
		}
	}
}
