package judge_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/judge"
)

// document is JSON of about so many bytes, as a list of orders has it.
func document(size int) []byte {
	var text strings.Builder
	text.WriteString(`{"data": [`)
	for n := 0; text.Len() < size; n++ {
		fmt.Fprintf(&text, `{"id": %d, "name": "order \"%d\"", "tags": ["a", "b"], "price": {"amount": 12.50, "currency": "EUR"}},`, n, n)
	}
	text.WriteString(`{}], "errors": [{"extensions": {"code": "OTHER"}}]}`)
	return []byte(text.String())
}

// BenchmarkRule is the price of one rule for an answer of 4 KiB that it does not match.
func BenchmarkRule(b *testing.B) {
	answer := judge.Answer{Status: 200, Header: http.Header{"X-Ratelimit-Remaining": {"17"}}, Body: document(4 << 10)}
	for name, when := range map[string]string{
		"status":   `{"status": [429]}`,
		"header":   `{"header": [{"name": "x-ratelimit-remaining", "lessThan": 1}]}`,
		"contains": `{"body": {"contains": ["secondary rate limit"]}}`,
		"matches":  `{"body": {"matches": ["(?i)daily|weekly"]}}`,
		"json":     `{"json": [{"path": "$.errors[*].extensions.code", "equals": ["THROTTLED"]}]}`,
	} {
		b.Run(name, func(b *testing.B) {
			p := policy(b, `[{"name": "r", "is": "rateLimited", "when": `+when+`}]`)
			for b.Loop() {
				judge.Decide(p, judge.Request{Method: "GET"}, answer)
			}
		})
	}
}

// TestNoAnswerMakesRulesSlow: bodies that are made for it take time in proportion to
// their size. The bound is a hundred times what it takes here, for machines that are
// busy; what it is there for takes minutes.
func TestNoAnswerMakesRulesSlow(t *testing.T) {
	const size = contract.BodyLimit
	deep := strings.Repeat("$", 1) + strings.Repeat("[*]", 20)
	for name, body := range map[string]string{
		"deep":      strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"too deep":  strings.Repeat("[", size/2) + strings.Repeat("]", size/2),
		"wide":      "[" + strings.Repeat("[],", size/3-2) + "0]",
		"escapes":   `{"` + strings.Repeat(`\\`, size/2-8) + `":1}`,
		"same key":  `{` + strings.Repeat(`"a":{},`, size/7-2) + `"a":1}`,
		"never a c": strings.Repeat("a", size),
	} {
		t.Run(name, func(t *testing.T) {
			rules := strings.TrimSuffix(strings.Repeat(`{"name": "r", "is": "transient", "when": {"body": {"matches": ["(a|aa)+$c", "(a*)*b"]}}},
				{"name": "j", "is": "transient", "when": {"json": [{"path": "`+deep+`", "equals": ["x"]}, {"path": "$.a.a", "equals": [1]}]}},`, 10),
				",")
			p := policy(t, "["+rules+"]")
			began := time.Now()
			judge.Decide(p, judge.Request{}, judge.Answer{Status: 200, Body: []byte(body)})
			if took := time.Since(began); took > time.Minute {
				t.Errorf("took %s", took)
			}
		})
	}
}
