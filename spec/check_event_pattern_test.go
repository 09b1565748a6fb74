package spec_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// patternSpec is a spec with one event of that pattern.
func patternSpec(pattern string) string {
	return "version: 1\nname: acme\nupstream: {url: https://a.example}\nretry: {maxAttempts: 3, idempotency: {header: idempotency-key}}\n" +
		"triggers: {events: [{name: on, request: {method: POST, path: /}, pattern: " + pattern + "}]}\n"
}

// TestPatternsThatEventBridgeRefuses: each is an error at its place inside the pattern.
func TestPatternsThatEventBridgeRefuses(t *testing.T) {
	tests := []struct{ pattern, place string }{
		{`{source: shop}`, ".source"},
		{`{source: null}`, ".source"},
		{`{detail: 5}`, ".detail"},
		{`{detail: true}`, ".detail"},
		{`{source: []}`, ".source"},
		{`{detail: {}}`, ".detail"},
		{`{detail: {order: {}}}`, ".detail.order"},
		{`{source: [[shop]]}`, ".source[0]"},
		{`{source: [shop, [web]]}`, ".source[1]"},
		{`{source: [{}]}`, ".source[0]"},
		{`{detail: {state: [{starts-with: a}]}}`, ".detail.state[0]"},
		{`{detail: {state: [open, {regexp: "^a"}]}}`, ".detail.state[1]"},
		{`{detail: {state: [{Prefix: a}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{prefix: a, suffix: b}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{prefix: 7}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{prefix: [a, b]}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{prefix: {wildcard: "a*"}}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{suffix: true}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{suffix: {equals-ignore-case: 1}}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{equals-ignore-case: 1}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{equals-ignore-case: [a]}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{anything-but: null}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{anything-but: false}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{anything-but: []}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{anything-but: [a, 1]}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{anything-but: {prefix: ""}}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{anything-but: {exists: true}}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{anything-but: {numeric: [">", 1]}}]}}`, ".detail.state[0]"},
		{`{detail: {state: [{anything-but: {prefix: a, suffix: b}}]}}`, ".detail.state[0]"},
		{`{detail: {total: [{numeric: 5}]}}`, ".detail.total[0]"},
		{`{detail: {total: [{numeric: []}]}}`, ".detail.total[0]"},
		{`{detail: {total: [{numeric: [">"]}]}}`, ".detail.total[0]"},
		{`{detail: {total: [{numeric: ["==", 5]}]}}`, ".detail.total[0]"},
		{`{detail: {total: [{numeric: [5, ">"]}]}}`, ".detail.total[0]"},
		{`{detail: {total: [{numeric: [">", "5"]}]}}`, ".detail.total[0]"},
		{`{detail: {total: [{numeric: ["<", 9, ">", 1]}]}}`, ".detail.total[0]"},
		{`{detail: {total: [{numeric: [">=", 9, "<=", 1]}]}}`, ".detail.total[0]"},
		{`{detail: {total: [{numeric: ["=", 1, "<", 2]}]}}`, ".detail.total[0]"},
		{`{detail: {total: [{numeric: [">", 0, "<", 5, "<", 9]}]}}`, ".detail.total[0]"},
		{`{detail: {note: [{exists: "true"}]}}`, ".detail.note[0]"},
		{`{detail: {note: [{exists: 1}]}}`, ".detail.note[0]"},
		{`{detail: {file: [{wildcard: "a/**/b"}]}}`, ".detail.file[0]"},
		{`{detail: {file: [{wildcard: 'a\b'}]}}`, ".detail.file[0]"},
		{`{detail: {file: [{wildcard: 'ends\'}]}}`, ".detail.file[0]"},
		{`{detail: {file: [{wildcard: 5}]}}`, ".detail.file[0]"},
		{`{detail: {ip: [{cidr: 10.1.2.3}]}}`, ".detail.ip[0]"},
		{`{detail: {ip: [{cidr: 10.1.2.0/33}]}}`, ".detail.ip[0]"},
		{`{detail: {ip: [{cidr: shop/8}]}}`, ".detail.ip[0]"},
		{`{$or: {source: [a]}}`, `["$or"]`},
		{`{$or: [{source: [a]}]}`, `["$or"]`},
		{`{$or: [{source: [a]}, web]}`, `["$or"][1]`},
		{`{$or: [{source: [a]}, {detail: {total: 5}}]}`, `["$or"][1].detail.total`},
		{`{$or: [{source: [a]}, {detail: {numeric: [5]}}]}`, `["$or"][1].detail.numeric`},
		{`{source: [a], $or: [{source: [b]}, {detail-type: [c]}]}`, `.source`},
	}
	for _, test := range tests {
		t.Run(test.pattern, func(t *testing.T) {
			want := []string{"event-pattern at triggers.events[0].pattern" + test.place}
			if diff := cmp.Diff(want, found(t, patternSpec(test.pattern))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPatternsThatEventBridgeTakes(t *testing.T) {
	for _, pattern := range []string{
		`{source: [shop]}`,
		`{source: [shop, web], detail-type: [OrderPlaced]}`,
		`{account: ["123456789012"], region: [eu-central-1]}`,
		`{resources: [{prefix: "arn:aws:s3:::"}]}`,
		`{resources: [{suffix: "/orders"}]}`,
		`{version: ["0"]}`,
		`{time: [{prefix: "2026-12-"}]}`,
		`{replay-name: [{exists: false}]}`,
		`{detail: {state: [null]}}`,
		`{detail: {state: [""]}}`,
		`{detail: {paid: [true, false]}}`,
		`{detail: {total: [5, 5.5, -1e3]}}`,
		`{detail: {id: [12345678901234567890]}}`,
		`{detail: {state: [open, null, 7, {exists: false}]}}`,
		`{detail: {order: {lines: {sku: [{prefix: "A-"}]}}}}`,
		`{detail: {state: [{prefix: {equals-ignore-case: Op}}]}}`,
		`{detail: {state: [{suffix: {equals-ignore-case: ED}}]}}`,
		`{detail: {state: [{equals-ignore-case: OPEN}]}}`,
		`{detail: {state: [{anything-but: open}]}}`,
		`{detail: {state: [{anything-but: [open, closed]}]}}`,
		`{detail: {total: [{anything-but: 0}]}}`,
		`{detail: {total: [{anything-but: [0, 1]}]}}`,
		`{detail: {state: [{anything-but: {prefix: test-}}]}}`,
		`{detail: {state: [{anything-but: {suffix: [.tmp, .bak]}}]}}`,
		`{detail: {state: [{anything-but: {wildcard: "*/tmp/*"}}]}}`,
		`{detail: {state: [{anything-but: {equals-ignore-case: [a, B]}}]}}`,
		`{detail: {total: [{numeric: ["=", 0]}]}}`,
		`{detail: {total: [{numeric: [">", 0, "<=", 5e9]}]}}`,
		`{detail: {total: [{numeric: ["<", -2.5]}]}}`,
		`{detail: {note: [{exists: true}]}}`,
		`{detail: {note: [{exists: false}]}}`,
		`{detail: {file: [{wildcard: "in/*/2026-*.csv"}]}}`,
		`{detail: {file: [{wildcard: 'a\*\\*'}]}}`,
		`{detail: {ip: [{cidr: 10.0.0.0/8}]}}`,
		`{detail: {ip: [{cidr: "2001:db8::/32"}]}}`,
		`{$or: [{source: [a]}, {detail: {total: [{numeric: [">", 100]}]}}]}`,
		`{detail: {$or: [{a: [1]}, {b: [2]}, {$or: [{c: [3]}, {d: [4]}]}]}}`,
		`{detail: {"state.of.order": [open]}}`,
		`{detail: {numeric: [5], prefix: [a]}}`,
	} {
		t.Run(pattern, func(t *testing.T) {
			if diff := cmp.Diff([]string(nil), found(t, patternSpec(pattern))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPatternFaultsAreSaidTogether: one finding for each, and none about another
// field because of them.
func TestPatternFaultsAreSaidTogether(t *testing.T) {
	want := []string{
		"event-pattern at triggers.events[0].pattern.source",
		"event-pattern at triggers.events[0].pattern.detail.a[1]",
		"event-pattern at triggers.events[0].pattern.detail.b",
	}
	if diff := cmp.Diff(want, found(t, patternSpec(`{source: shop, detail: {a: [1, {regex: x}], b: []}}`))); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestPatternNumbers(t *testing.T) {
	numbers := map[string]bool{"5000000000": false, "-5e9": false, "5000000001": true, "-5.1e9": true, "1700000000000": true}
	for number, isBeyond := range numbers {
		var want []string
		if isBeyond {
			want = []string{"event-pattern-number at triggers.events[0].pattern.detail.at[0].numeric[1]"}
		}
		if diff := cmp.Diff(want, found(t, patternSpec(fmt.Sprintf(`{detail: {at: [{numeric: [">", %s]}]}}`, number)))); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", number, diff)
		}
	}
	if diff := cmp.Diff([]string(nil), found(t, patternSpec(`{detail: {at: [1700000000000]}}`))); diff != "" {
		t.Errorf("a number that is compared as it stands: findings (-want +got):\n%s", diff)
	}
}
