package document_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sfngen/sfngen/internal/gen/document"
	"gopkg.in/yaml.v3"
)

type inner struct {
	Codes []int          `json:"codes"`
	Empty string         `json:"empty,omitempty"`
	Tags  map[string]int `json:"tags,omitempty"`
	note  string
}

type outer struct {
	Name  string `json:"name"`
	Inner *inner `json:"inner,omitempty"`
	Raw   any    `json:"raw"`
}

func TestOfFollowsJSONTags(t *testing.T) {
	got := document.Of(outer{Name: "n", Inner: &inner{Codes: []int{1}, Tags: map[string]int{"b": 2, "a": 1}, note: "x"},
		Raw: json.RawMessage(`{"k":[1.5,true,null]}`)})
	want := document.Map{
		{Name: "name", Value: "n"},
		{Name: "inner", Value: document.Map{
			{Name: "codes", Value: document.List{int64(1)}},
			{Name: "tags", Value: document.Map{{Name: "a", Value: int64(1)}, {Name: "b", Value: int64(2)}}},
		}},
		{Name: "raw", Value: document.Map{{Name: "k", Value: document.List{json.Number("1.5"), true, nil}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
}

func TestJSONKeepsOrderAndCharacters(t *testing.T) {
	long := strings.Repeat("x", 90)
	v := document.Map{
		{Name: "z", Value: "<a> & \"b\""},
		{Name: "a", Value: document.List{int64(429), "5xx"}},
		{Name: "m", Value: document.Map{{Name: "k", Value: document.List{int64(1)}}, {Name: "n", Value: nil}}},
		{Name: "long", Value: document.List{long, "y"}},
		{Name: "deep", Value: document.List{document.Map{{Name: "a", Value: document.Map{}}}}},
		{Name: "none", Value: document.List{}},
	}
	want := `{
  "z": "<a> & \"b\"",
  "a": [429, "5xx"],
  "m": {"k": [1], "n": null},
  "long": [
    "` + long + `",
    "y"
  ],
  "deep": [
    {
      "a": {}
    }
  ],
  "none": []
}
`
	if diff := cmp.Diff(want, string(document.JSON(v))); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestYAMLKeepsOrderAndTags(t *testing.T) {
	v := document.Map{
		{Name: "B", Value: document.Tagged{Tag: "!Ref", Value: "A"}},
		{Name: "A", Value: document.List{"x", "a,b", int64(1)}},
		{Name: "L", Value: document.List{document.Map{{Name: "k", Value: "v"}, {Name: "w", Value: true}}, document.Tagged{Tag: "!Sub",
			Value: "${A}"}}},
		{Name: "E", Value: document.Map{}},
		{Name: "G", Value: document.Tagged{Tag: "!Join", Value: document.List{"", document.List{"a", document.Tagged{Tag: "!Ref", Value: "B"}}}}},
		{Name: "Version", Value: "2012-10-17"},
		{Name: "on", Value: "no"},
	}
	want := `B: !Ref A
A: [x, 'a,b', 1]
L:
  - k: v
    w: true
  - !Sub ${A}
E: {}
G: !Join
  - ''
  -
    - a
    - !Ref B
Version: '2012-10-17'
'on': 'no'
`
	if diff := cmp.Diff(want, string(document.YAML("", v))); diff != "" {
		t.Errorf("YAML (-want +got):\n%s", diff)
	}
}

// Readers of YAML 1.1 differ in which words they take for something else; every
// one that some reader does is quoted.
func TestYAMLQuotesWhatLooksLikeSomethingElse(t *testing.T) {
	for _, s := range []string{"", "~", "null", "Null", "true", "TRUE", "yes", "No", "on", "OFF", "y", "N", "=", "<<", ".inf", ".NaN",
		"+.inf", "+.INF", "-.inf", ".gitignore", "1", "-1", "+1", "1.5", ".5", "1e3", "0x1F", "0o17", "017", "1_000", "12:30:45", "2026-11-23",
		"2026-11-23T10:00:00Z", "5xx"} {
		if got, want := string(document.YAML("", document.Map{{Name: "k", Value: s}})), "k: '"+s+"'\n"; got != want {
			t.Errorf("%q is written as %q", s, got)
		}
	}
	for _, s := range []string{"yes-man", "nullable", "x1", "arn:aws:states:::lambda:invoke", "${Egress1Arn}", "$.failure",
		"lambda:InvokeFunction", "/a/b"} {
		if got, want := string(document.YAML("", document.Map{{Name: "k", Value: s}})), "k: "+s+"\n"; got != want {
			t.Errorf("%q is written as %q", s, got)
		}
	}
}

// A number of the user's keeps every digit, and is a number to every reader.
func TestNumbersKeepTheirDigits(t *testing.T) {
	for number, inYAML := range map[json.Number]string{
		"12345678901234567890": "12345678901234567890", "1e21": "1.0e+21", "1E-7": "1.0e-7", "-2.5e+3": "-2.5e+3", "0.1": "0.1",
	} {
		v := document.Of(map[string]any{"k": number})
		if got := string(document.JSON(v)); got != `{"k": `+string(number)+"}\n" {
			t.Errorf("JSON of %s: %s", number, got)
		}
		if got := string(document.YAML("", v)); got != "k: "+inYAML+"\n" {
			t.Errorf("YAML of %s: %s", number, got)
		}
	}
}

// A block is the text itself, to every reader, and line by line to people.
func TestBlocks(t *testing.T) {
	for text, want := range map[document.Block]string{
		"a\n  b: ${c}\n\n# d\n": "k: |\n  a\n    b: ${c}\n\n  # d\nlast: 1\n",
		"a\nb":                  "k: |-\n  a\n  b\nlast: 1\n",
		"one":                   "k: |-\n  one\nlast: 1\n",
	} {
		v := document.Map{{Name: "k", Value: text}, {Name: "last", Value: int64(1)}}
		got := string(document.YAML("", v))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("YAML of %q (-want +got):\n%s", text, diff)
		}
		var fromYAML, fromJSON map[string]any
		if err := yaml.Unmarshal([]byte(got), &fromYAML); err != nil || fromYAML["k"] != string(text) {
			t.Errorf("YAML of %q is read as %q: %v", text, fromYAML["k"], err)
		}
		if err := json.Unmarshal(document.JSON(v), &fromJSON); err != nil || fromJSON["k"] != string(text) {
			t.Errorf("JSON of %q is read as %q: %v", text, fromJSON["k"], err)
		}
	}
	tagged := string(document.YAML("", document.Map{{Name: "k", Value: document.Tagged{Tag: "!Sub", Value: document.Block("{\n}\n")}}}))
	if want := "k: !Sub |\n  {\n  }\n"; tagged != want {
		t.Errorf("%q, want %q", tagged, want)
	}
}

// Dense JSON has on a line what fits, lists in lists too.
func TestDenseJSON(t *testing.T) {
	v := document.Of(map[string]any{"a": []any{[]any{"x", map[string]any{"y": 1.5}}, []any{}}, "long": strings.Repeat("z", 140)})
	want := "{\n  \"a\": [[\"x\", {\"y\": 1.5}], []],\n  \"long\": \"" + strings.Repeat("z", 140) + "\"\n}\n"
	if diff := cmp.Diff(want, string(document.DenseJSON(v))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whatever the string, a YAML reader and a JSON reader give it back as a string.
func FuzzStringsSurvive(f *testing.F) {
	for _, s := range []string{"", "a", "1", "1e3", "0x1F", "12:30:45", "2012-10-17", "yes", "~", "a: b", "a #b", "- a", "{a}", "\n", " a ",
		"\u2028", "\ufeff", "😀", "${Egress1Arn}", "'", "\"", "=", "<<", ".5", "+1", "0b1", "a:", "é", "\u0085", "\x7f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		if len(s) > 100 { // a YAML 1.1 simple key ends at 1,024 characters (section 9.2.2), escapes counted
			s = strings.ToValidUTF8(s[:100], "?")
		}
		v := document.Map{{Name: s, Value: s}, {Name: "list", Value: document.List{s, document.List{s}}}, {Name: "flow", Value: document.List{s}}}
		var fromYAML, fromJSON map[string]any
		if err := yaml.Unmarshal(document.YAML("", v), &fromYAML); err != nil && s != "list" && s != "flow" {
			t.Fatalf("YAML of %q: %v\n%s", s, err, document.YAML("", v))
		}
		if err := json.Unmarshal(document.JSON(v), &fromJSON); err != nil {
			t.Fatalf("JSON of %q: %v", s, err)
		}
		if s == "list" || s == "flow" {
			return
		}
		want := map[string]any{s: s, "list": []any{s, []any{s}}, "flow": []any{s}}
		if diff := cmp.Diff(want, fromYAML); diff != "" {
			t.Errorf("YAML of %q (-want +got):\n%s\n%s", s, diff, document.YAML("", v))
		}
		if diff := cmp.Diff(want, fromJSON); diff != "" {
			t.Errorf("JSON of %q (-want +got):\n%s", s, diff)
		}
	})
}
