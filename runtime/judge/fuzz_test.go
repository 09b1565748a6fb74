package judge_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/judge"
)

// FuzzConditions: whatever the rules, as a definition could have them, and whatever the
// answer, judging ends and gives the same verdict again.
func FuzzConditions(f *testing.F) {
	f.Add(`{"status": ["4xx"], "json": [{"path": "$.a[*]['b']", "equals": [1, "x"], "null": true, "lessThan": 3}]}`, `{"a": [{"b": 1}]}`, "0")
	f.Add(`{"header": [{"name": "x", "matches": ["^(a|b)*c"], "exists": false}]}`, "", "aab")
	f.Add(`{"body": {"contains": [""], "matches": ["("]}}`, "\x00\xff", "")
	f.Fuzz(func(t *testing.T, when, body, value string) {
		var rule contract.Rule
		if json.Unmarshal([]byte(`{"name": "fuzzed", "is": "transient", "when": `+when+`}`), &rule) != nil {
			return
		}
		p := contract.Policy{Rules: []contract.Rule{rule}}
		answer := judge.Answer{Status: 418, Header: http.Header{"X": {value}}, Body: []byte(body)}
		first := judge.Decide(p, judge.Request{Method: "GET"}, answer)
		if again := judge.Decide(p, judge.Request{Method: "GET"}, answer); again != first {
			t.Errorf("the second time %+v, the first %+v", again, first)
		}
	})
}

// FuzzBody: in a body that is JSON a path of names, indexes and wildcards leads to the
// texts and numbers that encoding/json finds there, and in another one to none. Bytes that
// are no UTF-8 encoding/json replaces and the judge leaves where it can: where there are
// such, only the second time gives what the first gave.
func FuzzBody(f *testing.F) {
	for _, seed := range []struct{ path, body string }{
		{"$.a[*].b", `{"a": [{"b": 1}, {"b": "two"}, 3]}`}, {"$[1]['\\u0061']", `[1, {"a": "\u00e9"}]`},
		{"$.*.*", `{"x": {"y": [1]}, "z": "\\\""}`}, {"$", `"\"" `}, {"$.a", `{"a":1,"a":2}`}, {"$[0]", "[[[[[]]]]]"},
		{"$", "\"B\x8f\xe3\\\"\""}, {"$['\xff']", "{\"\xff\": 1}"}, {"$.a", "{\"a\": \"\xff\\u00e9\", \"\xff\": 1}"},
	} {
		f.Add(seed.path, []byte(seed.body))
	}
	f.Fuzz(func(t *testing.T, path string, body []byte) {
		steps, err := contract.ParsePath(path)
		if err != nil || len(body) > contract.BodyLimit {
			return
		}
		got := plainValues(body, path)
		want := plainValues(body, path)
		if utf8.ValidString(path) && utf8.Valid(body) {
			want = nil
			reach(json.RawMessage(strings.TrimPrefix(string(body), "\ufeff")), steps, &want)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s of %q (-want +got):\n%s", path, body, diff)
		}
	})
}

// plainValues are the texts and numbers to which a path leads.
func plainValues(body []byte, path string) []string {
	var plain []string
	for _, v := range judge.Values(body, []string{path}, 1<<30) {
		if !v.Other {
			plain = append(plain, v.Text)
		}
	}
	return plain
}

// FuzzIsJSON: a body is JSON if encoding/json says so.
func FuzzIsJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-0.5e+3,true,false,null,"\\u00e9\\n"],"b":{}}`, "01", `"\\x"`, "[1,]", "{,}", `{"a":1,}`, "[}",
		"tru", "1.", "-", "1e", "\x00",
		`"\\u00 0"`, `"\\u:000"`, " 1 ", "", "[]]", `{"a" 1}`, strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
		strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)} {
		f.Add([]byte(seed))
	}
	there := true
	p := contract.Policy{Rules: []contract.Rule{{Name: "json", Is: contract.MeansTransient,
		When: contract.When{JSON: []contract.JSONTest{{Path: "$", Test: contract.Test{Exists: &there}}}}}}}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > contract.BodyLimit || strings.HasPrefix(string(body), "\ufeff") {
			return
		}
		got := judge.Decide(p, judge.Request{}, judge.Answer{Status: 200, Body: body}).Rule == "json"
		if want := json.Valid(body); got != want {
			t.Errorf("%q is JSON: %t, want %t", body, got, want)
		}
	})
}

// FuzzPattern: looking for words first changes nothing of what a pattern matches.
func FuzzPattern(f *testing.F) {
	for _, seed := range []struct{ pattern, text string }{
		{"(?i)daily|weekly", "WEE\u212aLY"}, {"(?i)re(quest)+s", "REQUEST\u017f"}, {"(abc|abd)?xyz{0,3}", "xy"}, {"(?i)Ünlimited", "ünlimited"},
		{"(foo|)bar(baz){2,}", "barbazbaz"}, {"a[bc]d|QUOTA", "quota"}, {"\\bday\\b", "a day"}, {"(?s)a.*b.*limit", "a\nb\nlimit"},
	} {
		f.Add(seed.pattern, seed.text)
	}
	f.Fuzz(func(t *testing.T, text, body string) {
		re, err := regexp.Compile(text)
		if err != nil || len(body) > contract.BodyLimit {
			return
		}
		p := contract.Policy{Rules: []contract.Rule{{Name: "pattern", Is: contract.MeansTransient,
			When: contract.When{Body: &contract.Test{Matches: []string{text}}}}}}
		got := judge.Decide(p, judge.Request{}, judge.Answer{Status: 200, Body: []byte(body)}).Rule == "pattern"
		if want := re.MatchString(body); got != want {
			t.Errorf("%s matches %q: %t, want %t", text, body, got, want)
		}
	})
}

// reach is a walk by encoding/json's own reading of each object and array.
func reach(value json.RawMessage, path contract.Path, found *[]string) {
	if !json.Valid(value) {
		return
	}
	text := strings.TrimSpace(string(value))
	if len(path) == 0 {
		var plain string
		switch {
		case json.Unmarshal(value, &plain) == nil && text != "null":
			if strings.Contains(text, `\`) { // without escapes a text passes as it is
				*found = append(*found, plain)
			} else {
				*found = append(*found, text[1:len(text)-1])
			}
		case strings.ContainsAny(text[:1], "-0123456789"):
			*found = append(*found, text)
		}
		return
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	open, _ := decoder.Token()
	for n := 0; decoder.More() && open != nil; n++ {
		name := ""
		switch open {
		case json.Delim('{'):
			token, _ := decoder.Token()
			name, _ = token.(string)
		case json.Delim('['):
		default:
			return
		}
		var inner json.RawMessage
		if decoder.Decode(&inner) != nil {
			return
		}
		step := path[0]
		inObject := open == json.Delim('{')
		if step.Kind == contract.StepAll || inObject && step.Kind == contract.StepName && step.Name == name ||
			!inObject && step.Kind == contract.StepIndex && step.Index == n {
			reach(inner, path[1:], found)
		}
	}
}
