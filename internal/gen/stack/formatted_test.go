package stack_test

import (
	"fmt"
	"go/format"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// TestMainsAreFormatted: gofmt changes nothing in a generated main, whose literals are
// written in its columns.
func TestMainsAreFormatted(t *testing.T) {
	stacks := examples(t)
	for name, lengths := range map[string][]int{
		"one header":                {10},
		"short names":               {3, 40, 8},
		"one that is too long":      {3, 41, 8},
		"too short after long ones": {60, 50, 45, 5, 4, 5},
		"longer and longer":         {3, 12, 30, 41, 60, 62, 61},
		"just too long":             {16, 41, 17, 42, 43},
		"long ones alone":           {50, 51, 52},
	} {
		stacks[name] = withHeaders(t, lengths)
	}
	for name, s := range stacks {
		t.Run(name, func(t *testing.T) {
			for _, main := range []string{"cmd/egress/main.go", "cmd/orchestrator/main.go"} {
				source := s.File(main)
				want, err := format.Source(source)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), string(source)); diff != "" {
					t.Errorf("%s (-gofmt +got):\n%s", main, diff)
				}
			}
		})
	}
}

// withHeaders is a stack whose egress adds headers with names of these lengths, in this order.
func withHeaders(t *testing.T, lengths []int) *stack.Stack {
	t.Helper()
	var headers []string
	for i, length := range lengths {
		name := string(rune('a'+i)) + strings.Repeat("x", length-3) // the quotes count
		headers = append(headers, fmt.Sprintf("%s: 'it''s \"%d\"'", name, i))
	}
	s, findings := stack.Load("headers.yaml", []byte("version: 1\nname: headers\nretry: {maxAttempts: 2}\n"+
		"upstream: {url: 'https://api.example/v1', headers: {"+strings.Join(headers, ", ")+"}}\n"))
	if s == nil || spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	return s
}
