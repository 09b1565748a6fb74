package spec

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/schema"
)

// trial has all forms that fields of a spec can have.
const trial = `{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"type": "object", "additionalProperties": false,
	"properties": {
		"deadline": {"$ref": "#/$defs/duration", "x-minimum": "1s", "x-maximum": "10m", "default": "5m"},
		"memory": {"type": "string", "pattern": "^[0-9]+MiB$", "patternErrorMessage": "a size such as 64MiB", "default": "64MiB"},
		"dashboard": {"type": "boolean", "default": true},
		"exists": {"type": "boolean"},
		"share": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
		"limits": {"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["requests"], "properties": {
			"requests": {"type": "integer", "minimum": 1},
			"window": {"$ref": "#/$defs/duration", "x-minimum": "1s", "x-maximum": "1h", "default": "1m"},
			"per": {"type": "string", "enum": ["ip", "credential"], "default": "ip"}}}},
		"headers": {"type": "object",
			"propertyNames": {"type": "string", "pattern": "^[A-Za-z-]+$", "patternErrorMessage": "a header name", "x-spelling": "lower"},
			"additionalProperties": {"errorMessage": "{secret: …}, {parameter: …} or a list of them",
				"oneOf": [{"$ref": "#/$defs/source"}, {"type": "array", "items": {"$ref": "#/$defs/source"}}]}},
		"waits": {"type": "object", "additionalProperties": {"$ref": "#/$defs/duration", "x-minimum": "0s", "x-maximum": "1h"}},
		"hosts": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}},
	"$defs": {
		"duration": {"type": "string", "pattern": "^[0-9]+[smh]$", "patternErrorMessage": "a duration such as 10s"},
		"source": {"type": "object", "additionalProperties": false, "errorMessage": "{secret: …} or {parameter: …}",
			"properties": {"secret": {"type": "string"}, "parameter": {"type": "string"}, "key": {"type": "string"}},
			"oneOf": [{"required": ["secret"]}, {"required": ["parameter"]}]}}}`

type trialSpec struct {
	Deadline  time.Duration
	Memory    mebibytes
	Dashboard bool
	Exists    *bool
	Share     float64
	Limits    []trialLimit
	Headers   map[string][]trialSource
	Waits     map[string]time.Duration
	Hosts     map[string][]string
}

type trialLimit struct {
	Requests int
	Window   time.Duration
	Per      string
}

type trialSource struct{ Secret, Parameter, Key string }

// mebibytes reads itself, as "64MiB".
type mebibytes int

func (m *mebibytes) UnmarshalJSON(data []byte) error {
	number, err := strconv.Atoi(strings.TrimSuffix(strings.Trim(string(data), `"`), "MiB"))
	*m = mebibytes(number)
	return err
}

// readTrial is what Parse does, for the trial's schema and type.
func readTrial(t *testing.T, src string) (trialSpec, []string) {
	t.Helper()
	compiled, err := schema.Compile("trial.json", []byte(trial))
	if err != nil {
		t.Fatal(err)
	}
	at := shape{compiled}
	var b binder
	bound := b.bind(reflect.TypeFor[trialSpec](), at, "")
	if len(b.misfits) > 0 {
		t.Fatal(b.misfits)
	}
	r := &reader{source: &source{name: "spec.yaml"}, trust: &trust{map[string]bool{}}, shape: at}
	root := r.read([]byte(src))
	r.validate(root)
	var s trialSpec
	bound.give(decoding{r.sound}, root, nil, reflect.ValueOf(&s).Elem())
	Sort(r.findings)
	var texts []string
	for _, f := range r.findings {
		texts = append(texts, fmt.Sprintf("%d:%d %s: %s [%s]", f.Position.Line, f.Position.Column, f.Path, f.Message, f.Rule))
	}
	return s, texts
}

func trialDefaults() trialSpec {
	return trialSpec{Deadline: 5 * time.Minute, Memory: 64, Dashboard: true, Share: 0.5}
}

func TestBindingReadsEachForm(t *testing.T) {
	no := false
	tests := []struct {
		name, src string
		want      func(*trialSpec)
	}{
		{"defaults", "{}", func(*trialSpec) {}},
		{"scalars", "{deadline: 10s, memory: 128MiB, dashboard: false, share: 1}",
			func(s *trialSpec) { s.Deadline, s.Memory, s.Dashboard, s.Share = 10*time.Second, 128, false, 1 }},
		{"a pointer tells false from nothing", "exists: false", func(s *trialSpec) { s.Exists = &no }},
		{"a list of sections, with their defaults", "limits: [{requests: 60, window: 1h}, {requests: 100, per: credential}]",
			func(s *trialSpec) { s.Limits = []trialLimit{{60, time.Hour, "ip"}, {100, time.Minute, "credential"}} }},
		{"a union, by one of its keys, once or as a list", "headers: {X-Key: {secret: a, key: token}, b: [{parameter: c}, {secret: d}]}",
			func(s *trialSpec) {
				s.Headers = map[string][]trialSource{"x-key": {{Secret: "a", Key: "token"}}, "b": {{Parameter: "c"}, {Secret: "d"}}}
			}},
		{"maps of scalars and of lists", "{waits: {a.b: 10s, Big: 1h}, hosts: {eu: [a, b], us: []}}",
			func(s *trialSpec) {
				s.Waits = map[string]time.Duration{"a.b": 10 * time.Second, "Big": time.Hour}
				s.Hosts = map[string][]string{"eu": {"a", "b"}, "us": nil}
			}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := trialDefaults()
			test.want(&want)
			got, findings := readTrial(t, test.src)
			if len(findings) > 0 {
				t.Errorf("findings: %q", findings)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("spec (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBindingFindings: a finding points at the leaf, wherever it is, and the
// broken value has its default.
func TestBindingFindings(t *testing.T) {
	tests := []struct {
		src, finding string
		want         func(*trialSpec)
	}{
		{"deadline: 11m", "1:11 deadline: must be between 1s and 10m, got 11m [deadline]", nil},
		{"memory: 64MB", `1:9 memory: must be a size such as 64MiB, got "64MB" [memory]`, nil},
		{"limits:\n- requests: 1\n  window: 2h", "3:11 limits[0].window: must be between 1s and 1h, got 2h [limits-window]",
			func(s *trialSpec) { s.Limits = []trialLimit{{1, time.Minute, "ip"}} }},
		{"limits: [{requests: 1, per: key}]", `1:29 limits[0].per: must be one of ip, credential; got "key" [limits-per]`,
			func(s *trialSpec) { s.Limits = []trialLimit{{1, time.Minute, "ip"}} }},
		{"limits: [{}]", "1:10 limits[0].requests: is required, but missing [missing-key]",
			func(s *trialSpec) { s.Limits = []trialLimit{{0, time.Minute, "ip"}} }},
		{"waits: {a.b: 2h}", `1:14 waits["a.b"]: must be between 0s and 1h, got 2h [waits]`, nil},
		{"hosts: {eu: [a, 7]}", `1:17 hosts.eu[1]: must be text, got 7 [hosts]`, nil},
		{"headers: {a: 5}", "1:14 headers.a: must be {secret: …}, {parameter: …} or a list of them, got 5 [headers]",
			func(s *trialSpec) { s.Headers = map[string][]trialSource{"a": nil} }},
		{"headers: {a: {secret: 5}}", "1:23 headers.a.secret: must be text, got 5 [headers-secret]",
			func(s *trialSpec) { s.Headers = map[string][]trialSource{"a": {{}}} }},
		{"headers: {a: [{secret: b}, {parameter: 5}]}", "1:40 headers.a[1].parameter: must be text, got 5 [headers-parameter]",
			func(s *trialSpec) { s.Headers = map[string][]trialSource{"a": {{Secret: "b"}, {}}} }},
		{"headers: {a: {secret: b, parameter: c}}",
			"1:11 headers.a: must be {secret: …}, {parameter: …} or a list of them, got a mapping [headers]",
			func(s *trialSpec) { s.Headers = map[string][]trialSource{"a": {{}}} }},
		{"headers: {a: {key: b}}", "1:11 headers.a: must be {secret: …}, {parameter: …} or a list of them, got a mapping [headers]",
			func(s *trialSpec) { s.Headers = map[string][]trialSource{"a": {{}}} }},
		{"headers: {a: {secret: b, kee: c}}", "1:26 headers.a.kee: unknown key [unknown-key]",
			func(s *trialSpec) { s.Headers = map[string][]trialSource{"a": {{Secret: "b"}}} }},
		{"headers: {a_b: {secret: c}}", `1:11 headers.a_b: the key must be a header name, got "a_b" [headers]`,
			func(s *trialSpec) { s.Headers = map[string][]trialSource{"a_b": {{}}} }},
	}
	for _, test := range tests {
		t.Run(test.src, func(t *testing.T) {
			want := trialDefaults()
			if test.want != nil {
				test.want(&want)
			}
			got, findings := readTrial(t, test.src)
			if diff := cmp.Diff([]string{test.finding}, findings); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("spec (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMisfits: a field that only the schema or only the struct has is seen, and a
// Go type that no value becomes.
func TestMisfits(t *testing.T) {
	compiled, err := schema.Compile("misfits.json",
		[]byte(`{"properties": {"both": {"type": "string"}, "schemaOnly": {"type": "string"}, "odd": {"type": "array"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	type odd struct {
		Both     string
		Odd      chan int
		GoOnly   bool
		Nameless json.Number
	}
	var b binder
	b.bind(reflect.TypeFor[odd](), shape{compiled}, "")
	want := []string{
		"odd: no value of a spec becomes a chan int",
		"GoOnly: is a field of spec.odd, but not of the schema",
		"Nameless: is a field of spec.odd, but not of the schema",
		"schemaOnly: is a field of the schema, but not of spec.odd",
	}
	if diff := cmp.Diff(want, b.misfits); diff != "" {
		t.Errorf("misfits (-want +got):\n%s", diff)
	}
}
