package schema

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// TestVerdictIsTheLibrarys puts odd values in the place of each value of a spec that
// writes all there is: both forms of the schema take the same.
func TestVerdictIsTheLibrarys(t *testing.T) {
	quick, err := Compiled()
	if err != nil {
		t.Fatal(err)
	}
	full, err := Explaining(quick)
	if err != nil {
		t.Fatal(err)
	}
	root := wholeSpec(t)
	taken, refused := 0, 0
	compare := func(path string) {
		got, want := quick.Validate(root), full.Validate(root)
		if (got == nil) != (want == nil) {
			t.Errorf("%s: got %v, the library says %v", path, got, want)
		}
		if want == nil {
			taken++
		} else {
			refused++
		}
	}
	compare("the spec as it is")
	eachPlace(root, "", func(path string, value any, set func(any)) {
		for _, odd := range append(oddValues(value), value) {
			set(odd)
			compare(path)
		}
	})
	if taken < 200 || refused < 1000 {
		t.Errorf("%d values taken, %d refused: too few of one kind to tell", taken, refused)
	}
}

func oddValues(value any) []any {
	return []any{
		nil, true, json.Number("-1"), json.Number("0"), json.Number("429.0"), json.Number("1.5"), json.Number("1e9"), "", "5xx", "x\n", "1s",
		strings.Repeat("a", 3000), []any{}, []any{value}, []any{value, value}, []any{"a", "b"}, map[string]any{}, map[string]any{"a": value},
	}
}

// wholeSpec is the spec of package spec that writes every field, as JSON.
func wholeSpec(t *testing.T) any {
	t.Helper()
	src, err := os.ReadFile("../spec/testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var written any
	if err := yaml.Unmarshal(src, &written); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(written)
	if err != nil {
		t.Fatal(err)
	}
	root, err := jsonvalue.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return plain(root)
}

// eachPlace visits every value below at, which set replaces.
func eachPlace(at any, path string, visit func(path string, value any, set func(any))) {
	switch at := at.(type) {
	case map[string]any:
		for name, inner := range at {
			visit(path+"."+name, inner, func(v any) { at[name] = v })
			eachPlace(inner, path+"."+name, visit)
		}
	case []any:
		for i, inner := range at {
			visit(path+"[]", inner, func(v any) { at[i] = v })
			eachPlace(inner, path+"[]", visit)
		}
	}
}
