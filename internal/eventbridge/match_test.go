package eventbridge_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/eventbridge"
)

// match takes the pattern as a spec holds it: decoded, its numbers as they were
// written.
func match(t *testing.T, pattern, event string) (bool, string, error) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(pattern))
	decoder.UseNumber()
	var decoded any
	if err := decoder.Decode(&decoded); err != nil {
		t.Fatal(err)
	}
	return matchValue(decoded, event)
}

func matchValue(pattern any, event string) (bool, string, error) {
	compiled, err := eventbridge.Compile(pattern)
	if err != nil {
		return false, "", err
	}
	return compiled.Match([]byte(event))
}

// TestMatch has the examples of the user guide ("Comparison operators for use in
// event patterns") and answers that were recorded from AWS's TestEventPattern.
func TestMatch(t *testing.T) {
	tests := []struct {
		name, pattern, event string
		want                 bool
	}{
		{"equals", `{"Name": ["Alice"]}`, `{"Name": "Alice"}`, true},
		{"equals, another case", `{"Name": ["Alice"]}`, `{"Name": "alice"}`, false},
		{"names have a case too", `{"NAME": ["Alice"]}`, `{"Name": "Alice"}`, false},
		{"or: one of the values", `{"PaymentType": ["Cash", "Debit"]}`, `{"PaymentType": "Debit"}`, true},
		{"and: both fields", `{"Location": ["New York"], "Day": ["Monday"]}`, `{"Location": "New York", "Day": "Monday"}`, true},
		{"and: one of two", `{"Location": ["New York"], "Day": ["Monday"]}`, `{"Location": "New York", "Day": "Friday"}`, false},
		{"fields that the pattern doesn't name", `{"a": [1]}`, `{"a": 1, "b": 2}`, true},
		{"empty text", `{"LastName": [""]}`, `{"LastName": ""}`, true},
		{"null", `{"UserID": [null]}`, `{"UserID": null}`, true},
		{"null is not the word", `{"UserID": [null]}`, `{"UserID": "null"}`, false},
		{"null is not nothing", `{"UserID": [null]}`, `{}`, false},
		{"true", `{"ok": [true]}`, `{"ok": true}`, true},
		{"true is not false", `{"ok": [true]}`, `{"ok": false}`, false},
		{"an escaped character", `{"a": ["\u00e9<>&"]}`, `{"a": "é\u003c>&"}`, true},

		{"a number", `{"Price": [100]}`, `{"Price": 100}`, true},
		{"a number, otherwise written", `{"Price": [300]}`, `{"Price": 300.0}`, true},
		{"a number, with an exponent", `{"Price": [3.0e2]}`, `{"Price": 300}`, true},
		{"minus zero", `{"Price": [0]}`, `{"Price": -0.0}`, true},
		{"a number in quotes is text", `{"Price": [300]}`, `{"Price": "300"}`, false},
		{"an id of 20 digits", `{"id": [12345678901234567890]}`, `{"id": 12345678901234567890}`, true},
		{"another id of 20 digits", `{"id": [12345678901234567890]}`, `{"id": 12345678901234567891}`, false},
		{"a number beyond floating point", `{"n": [1e999]}`, `{"n": 1e999}`, true},

		{"prefix", `{"Region": [{"prefix": "us-"}]}`, `{"Region": "us-east-1"}`, true},
		{"prefix, not", `{"Region": [{"prefix": "us-"}]}`, `{"Region": "eu-west-1"}`, false},
		{"prefix, empty", `{"Region": [{"prefix": ""}]}`, `{"Region": "eu-west-1"}`, true},
		{"prefix of a number", `{"Region": [{"prefix": "1"}]}`, `{"Region": 12}`, false},
		{"prefix, ignore case", `{"service": [{"prefix": {"equals-ignore-case": "EventB"}}]}`, `{"service": "EVENTbridge"}`, true},
		{"prefix, ignore case, not", `{"service": [{"prefix": {"equals-ignore-case": "EventB"}}]}`, `{"service": "events"}`, false},
		{"prefix, longer than the text", `{"service": [{"prefix": {"equals-ignore-case": "EventB"}}]}`, `{"service": "ev"}`, false},
		{"suffix", `{"FileName": [{"suffix": ".png"}]}`, `{"FileName": "image.png"}`, true},
		{"suffix, another case", `{"FileName": [{"suffix": ".PNG"}]}`, `{"FileName": "image.png"}`, false},
		{"suffix, ignore case", `{"FileName": [{"suffix": {"equals-ignore-case": ".png"}}]}`, `{"FileName": "image.PNG"}`, true},
		{"suffix, ignore case, not", `{"FileName": [{"suffix": {"equals-ignore-case": ".png"}}]}`, `{"FileName": "png.jpg"}`, false},
		{"equals, ignore case", `{"Name": [{"equals-ignore-case": "ÉLISE"}]}`, `{"Name": "élise"}`, true},
		{"equals, ignore case, longer", `{"Name": [{"equals-ignore-case": "alice"}]}`, `{"Name": "Alice B"}`, false},

		{"anything but", `{"state": [{"anything-but": "initializing"}]}`, `{"state": "pending"}`, true},
		{"anything but, this", `{"state": [{"anything-but": "initializing"}]}`, `{"state": "initializing"}`, false},
		{"anything but, null", `{"state": [{"anything-but": "initializing"}]}`, `{"state": null}`, true},
		{"anything but, a number where text is listed", `{"state": [{"anything-but": {"prefix": "init"}}]}`, `{"state": 12}`, true},
		{"anything but, not there", `{"state": [{"anything-but": "initializing"}]}`, `{}`, false},
		{"anything but, a list", `{"state": [{"anything-but": ["stopped", "overloaded"]}]}`, `{"state": "stopped"}`, false},
		{"anything but, a number", `{"limit": [{"anything-but": 123}]}`, `{"limit": 123.0}`, false},
		{"anything but, numbers", `{"limit": [{"anything-but": [100, 200]}]}`, `{"limit": 300}`, true},
		{"anything but, a number too long to compare", `{"limit": [{"anything-but": [100]}]}`, `{"limit": 12345678901234567890}`, true},
		{"anything but a prefix", `{"Region": [{"anything-but": {"prefix": "us-"}}]}`, `{"Region": "us-east-1"}`, false},
		{"anything but prefixes", `{"Region": [{"anything-but": {"prefix": ["us-", "eu-"]}}]}`, `{"Region": "ap-south-1"}`, true},
		{"anything but a suffix", `{"File": [{"anything-but": {"suffix": ".png"}}]}`, `{"File": "a.png"}`, false},
		{"anything but suffixes", `{"File": [{"anything-but": {"suffix": [".txt", ".jpg"]}}]}`, `{"File": "a.txt.bak"}`, true},
		{"anything but, ignore case", `{"state": [{"anything-but": {"equals-ignore-case": ["initializing", "stopped"]}}]}`,
			`{"state": "Stopped"}`, false},
		{"anything but a wildcard", `{"FilePath": [{"anything-but": {"wildcard": "*/lib/*"}}]}`, `{"FilePath": "usr/lib/x"}`, false},
		{"anything but wildcards", `{"FilePath": [{"anything-but": {"wildcard": ["*/init/*", "*/dir/*"]}}]}`, `{"FilePath": "dir/post/dir"}`,
			true},

		{"numeric =", `{"Price": [{"numeric": ["=", 3.018e2]}]}`, `{"Price": 301.8}`, true},
		{"numeric <", `{"Price": [{"numeric": ["<", 10]}]}`, `{"Price": 10}`, false},
		{"numeric <=", `{"Price": [{"numeric": ["<=", 10]}]}`, `{"Price": 10}`, true},
		{"numeric >", `{"Price": [{"numeric": [">", 100]}]}`, `{"Price": 100.5}`, true},
		{"numeric >=", `{"Price": [{"numeric": [">=", -1]}]}`, `{"Price": -1}`, true},
		{"numeric range", `{"Price": [{"numeric": [">", 10, "<=", 20]}]}`, `{"Price": 20}`, true},
		{"numeric range, at its open end", `{"Price": [{"numeric": [">", 10, "<=", 20]}]}`, `{"Price": 10}`, false},
		{"numeric range, above", `{"Price": [{"numeric": [">=", 10, "<", 20]}]}`, `{"Price": 20}`, false},
		{"numeric of a number too long to compare", `{"Price": [{"numeric": [">=", 0]}]}`, `{"Price": 12345678901234567890}`, false},
		{"numeric of text", `{"Price": [{"numeric": [">", 100]}]}`, `{"Price": "300"}`, false},
		{"numeric of null", `{"Price": [{"numeric": ["<", 100]}]}`, `{"Price": null}`, false},

		{"exists", `{"Product": [{"exists": true}]}`, `{"Product": null}`, true},
		{"exists, not", `{"Product": [{"exists": true}]}`, `{}`, false},
		{"exists is for leaves", `{"Product": [{"exists": true}]}`, `{"Product": {"id": 1}}`, false},
		{"exists, an empty array", `{"Product": [{"exists": true}]}`, `{"Product": []}`, false},
		{"does not exist", `{"detail": {"c": [{"exists": false}]}}`, `{"detail": {}}`, true},
		{"does not exist, nor does its parent", `{"detail": {"c": [{"exists": false}]}}`, `{}`, true},
		{"does not exist, but does", `{"detail": {"c": [{"exists": false}]}}`, `{"detail": {"c": 0}}`, false},
		{"does not exist: an object is no leaf", `{"detail": {"c": [{"exists": false}]}}`, `{"detail": {"c": {"c1": 1}}}`, true},
		{"one of two matchers, or nothing", `{"S": [{"anything-but": ["roses"]}, {"exists": false}]}`, `{}`, true},

		{"wildcard", `{"FileName": [{"wildcard": "dir/*.png"}]}`, `{"FileName": "dir/sub/a.png"}`, true},
		{"wildcard, all of the text", `{"FileName": [{"wildcard": "/Users/*/doc.txt"}]}`, `{"FileName": "/Users/a/notmatchingdoc.txt"}`, false},
		{"wildcard, stars stand for nothing too", `{"FileName": [{"wildcard": "*a*b*"}]}`, `{"FileName": "ab"}`, true},
		{"wildcard, in this order", `{"FileName": [{"wildcard": "*a*b*"}]}`, `{"FileName": "ba"}`, false},
		{"wildcard, nothing is used twice", `{"FileName": [{"wildcard": "ab*ba"}]}`, `{"FileName": "aba"}`, false},
		{"wildcard, an escaped star", `{"FileName": [{"wildcard": "a\\*\\\\*"}]}`, `{"FileName": "a*\\b"}`, true},
		{"wildcard, an escaped star is no other", `{"FileName": [{"wildcard": "a\\*"}]}`, `{"FileName": "ab"}`, false},
		{"wildcard, empty", `{"FileName": [{"wildcard": ""}]}`, `{"FileName": "a"}`, false},

		{"cidr", `{"ip": [{"cidr": "10.0.0.0/24"}]}`, `{"ip": "10.0.0.255"}`, true},
		{"cidr, outside", `{"ip": [{"cidr": "10.0.0.0/24"}]}`, `{"ip": "10.0.1.0"}`, false},
		{"cidr, no address", `{"ip": [{"cidr": "10.0.0.0/24"}]}`, `{"ip": "10.0.0.256"}`, false},
		{"cidr, with bits beyond its length", `{"ip": [{"cidr": "10.0.0.77/24"}]}`, `{"ip": "10.0.0.1"}`, true},
		{"cidr, v6", `{"ip": [{"cidr": "2001:db8:1234:1a00::/64"}]}`, `{"ip": "2001:0db8:1234:1a00:0000:0000:0000:0000"}`, true},
		{"cidr, v6, outside", `{"ip": [{"cidr": "2001:db8:1234:1a00::/64"}]}`, `{"ip": "2001:db8:1234:1a01::"}`, false},
		{"cidr, a number", `{"ip": [{"cidr": "10.0.0.0/24"}]}`, `{"ip": 10}`, false},
		{"an address, otherwise spelled", `{"ip": ["2001:db8::1"]}`, `{"ip": "2001:0DB8:0:0:0:0:0:1"}`, true},
		{"another address", `{"ip": ["2001:db8::1"]}`, `{"ip": "2001:db8::2"}`, false},

		{"or", `{"detail": {"$or": [{"c": [{"numeric": [">", 0, "<=", 5]}]}, {"d": [{"numeric": ["<", 10]}]}, {"x": [1]}]}}`,
			`{"detail": {"c": 0, "d": 0, "x": 9.018e2}}`, true},
		{"or, none", `{"detail": {"$or": [{"c": [1]}, {"d": [1]}]}}`, `{"detail": {"c": 0, "d": 0}}`, false},
		{"or, beside others", `{"source": ["s"], "$or": [{"a": [1]}, {"b": [1]}]}`, `{"source": "t", "a": 1}`, false},
		{"or in or", `{"$or": [{"a": [1]}, {"b": [1], "$or": [{"c": [1]}, {"d": [1]}]}]}`, `{"b": 1, "d": 1}`, true},
		{"two ors, both", `{"$or": [{"a": [1]}, {"b": [1]}], "detail": {"$or": [{"a": [1]}, {"b": [1]}]}}`, `{"a": 1, "detail": {"c": 1}}`,
			false},

		{"an array has one of them", `{"resources": ["arn:b", "arn:c"]}`, `{"resources": ["arn:a", "arn:b"]}`, true},
		{"an array has none of them", `{"resources": ["arn:b"]}`, `{"resources": ["arn:a"]}`, false},
		{"an empty array has no null", `{"resources": [null]}`, `{"resources": []}`, false},
		{"arrays in arrays", `{"a": [3]}`, `{"a": [[1], [2, [3]]]}`, true},
		{"anything but, another item", `{"a": [{"anything-but": "x"}]}`, `{"a": ["x", "y"]}`, true},
		{"objects in an array", `{"detail": {"items": {"id": [{"exists": true}]}}}`, `{"detail": {"items": [{"key": 1}, {"id": 2}]}}`, true},
		{"both of one element", `{"items": {"id": [1], "kind": ["a"]}}`, `{"items": [{"id": 1, "kind": "a"}]}`, true},
		{"each of another element", `{"items": {"id": [1], "kind": ["a"]}}`, `{"items": [{"id": 1, "kind": "b"}, {"id": 2, "kind": "a"}]}`,
			false},
		{"the third element", `{"items": {"id": [1], "kind": ["a"]}}`, `{"items": [{"id": 1}, {"kind": "a"}, {"kind": "a", "id": 1}]}`, true},
		{"elements of two arrays", `{"a": {"x": [1]}, "b": {"x": [2]}}`, `{"a": [{"x": 0}, {"x": 1}], "b": [{"x": 2}, {"x": 1}]}`, true},
		{"elements of an array in an element", `{"a": {"b": {"x": [1], "y": [1]}}}`,
			`{"a": [{"b": [{"x": 1}]}, {"b": [{"y": 1}, {"x": 1, "y": 1}]}]}`, true},
		{"elements of the arrays of two elements", `{"a": {"b": {"x": [1]}, "c": [1]}}`, `{"a": [{"b": [{"x": 1}]}, {"b": [{"x": 2}], "c": 1}]}`,
			false},
		{"an element that lacks a field, looked for in that element", `{"items": {"id": [1], "obsolete": [{"exists": false}]}}`,
			`{"items": [{"id": 1, "obsolete": true}, {"id": 1}]}`, true},
		{"an element that lacks a field, looked for before there is an element", `{"items": {"id": [1], "done": [{"exists": false}]}}`,
			`{"items": [{"id": 1, "done": true}, {"id": 1}]}`, false},

		{"fields are tried by name, also below or", `{"$or": [{"items": {"id": [1]}}, {"z": [1]}], "items": {"done": [{"exists": false}]}}`,
			`{"items": [{"id": 1, "done": true}, {"id": 1}]}`, false},
		{"and first those whose name is first", `{"$or": [{"items": {"id": [1]}}, {"z": [1]}], "items": {"obsolete": [{"exists": false}]}}`,
			`{"items": [{"id": 1, "obsolete": true}, {"id": 1}]}`, true},

		{"a dot in the event's name", `{"detail": {"state": {"status": ["running"]}}}`, `{"detail": {"state.status": "running"}}`, true},
		{"a dot in the pattern's name", `{"detail": {"state.status": ["running"]}}`, `{"detail": {"state": {"status": "running"}}}`, true},
		{"detail as text has no fields", `{"detail": {"key": ["v"]}}`, `{"detail": "{\"key\": \"v\"}"}`, false},
		{"the last of two members of one name", `{"a": [2]}`, `{"a": 1, "a": 2}`, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, why, err := match(t, test.pattern, test.event)
			if err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("matched = %t, want %t (why: %s)", got, test.want, why)
			}
			if got == (why != "") {
				t.Errorf("matched = %t, and why = %q", got, why)
			}
		})
	}
}

func TestWhyNot(t *testing.T) {
	tests := []struct{ name, pattern, event, want string }{
		{"a value", `{"detail": {"state": ["failed", "late"]}}`, `{"detail": {"state": "ok"}}`,
			`detail.state is "ok", the pattern wants one of "failed", "late"`},
		{"one wanted", `{"source": ["shop"]}`, `{"source": "stock"}`, `source is "stock", the pattern wants "shop"`},
		{"two fields", `{"source": ["shop"], "detail": {"total": [{"numeric": [">", 0, "<=", 9.50]}]}}`, `{"source": "stock"}`,
			`detail.total is not there, the pattern wants a number > 0 and <= 9.50; source is "stock", the pattern wants "shop"`},
		{"an object", `{"detail": ["a"]}`, `{"detail": {"a": 1}}`, `detail is an object, the pattern wants "a"`},
		{"an empty array", `{"resources": ["a"]}`, `{"resources": []}`, `resources is an empty array, the pattern wants "a"`},
		{"an array", `{"resources": ["c"]}`, `{"resources": ["a", "b"]}`, `resources is "a", "b", the pattern wants "c"`},
		{"a long array", `{"n": [0]}`, `{"n": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}`,
			`n is 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, and 2 more, the pattern wants 0`},
		{"long text", `{"n": [0]}`, `{"n": "` + strings.Repeat("é", 60) + `"}`, `n is "` + strings.Repeat("é", 49) + `…, the pattern wants 0`},
		{"what is there shall not be", `{"a": [{"exists": false}]}`, `{"a": null}`, `a is null, the pattern wants no such field`},
		{"all matchers", `{"a": [{"prefix": "p"}, {"prefix": {"equals-ignore-case": "p"}}, {"suffix": "s"}, {"suffix": ` +
			`{"equals-ignore-case": "s"}}, {"equals-ignore-case": "e"}, {"wildcard": "w*"}, {"cidr": "10.0.0.0/8"}, {"anything-but": [1, 2]}]}`,
			`{"a": 1}`,
			`a is 1, the pattern wants one of text that begins with "p", text that begins with "p" in any case, text that ends with "s", text ` +
				`that ends with "s" in any case, "e" in any case, text like "w*", an IP address in 10.0.0.0/8, anything but one of 1, 2`},
		{"any value", `{"a": [{"exists": true}]}`, `{}`, `a is not there, the pattern wants any value`},
		{"alternatives", `{"$or": [{"a": [1]}, {"b": [1], "c": [1]}]}`, `{"a": 2, "b": 2}`,
			`no alternative of $or matches: a is 2, the pattern wants 1; or b is 2, the pattern wants 1 and c is not there, the pattern wants 1`},
		{"alternatives that lack the same", `{"$or": [{"a": [1]}, {"a": [1]}, {"b": [1]}]}`, `{"a": 2, "b": 2}`,
			`no alternative of $or matches: a is 2, the pattern wants 1; or b is 2, the pattern wants 1`},
		{"what all alternatives lack", `{"source": ["s"], "$or": [{"a": [1]}, {"b": [1]}]}`, `{"source": "t"}`,
			`source is "t", the pattern wants "s"`},
		{"different elements", `{"items": {"id": [1], "kind": ["a"]}}`, `{"items": [{"id": 1}, {"kind": "a"}]}`,
			`items.id and items.kind match only in different elements of an array, the pattern wants all in one element`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			matched, why, err := match(t, test.pattern, test.event)
			if matched || err != nil {
				t.Fatalf("matched = %t, %v, want no match", matched, err)
			}
			if diff := cmp.Diff(test.want, why); diff != "" {
				t.Errorf("why (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMatchRefuses(t *testing.T) {
	tests := []struct{ name, pattern, event, want string }{
		{"an unknown matcher", `{"a": [{"regex": "x"}]}`, `{}`, `a: unknown matcher "regex"`},
		{"matchers have a case", `{"a": [{"EXISTS": true}]}`, `{}`, `unknown matcher "EXISTS"`},
		{"two matchers in one object", `{"a": [{"prefix": "a", "suffix": "b"}]}`, `{}`, "has 2 members; a matcher has one"},
		{"no matcher in an object", `{"a": [{}]}`, `{}`, "has 0 members"},
		{"no list", `{"detail": {"a": "x"}}`, `{}`, `detail.a: is a string; a pattern lists the values of a field: write ["x"]`},
		{"an empty list", `{"a": []}`, `{}`, "a: an empty list matches nothing"},
		{"an empty object", `{"a": {}}`, `{}`, "a: an empty object matches nothing"},
		{"an empty pattern", `{}`, `{}`, "an empty object matches nothing"},
		{"no object", `["a"]`, `{}`, "it is an array; a pattern is a JSON object"},
		{"a list in a list", `{"a": [["x"]]}`, `{}`, "a list in a list"},
		{"one field twice", `{"a": {"b": [1]}, "a.b": [2]}`, `{}`, "a.b: appears twice"},
		{"one field beside and in $or", `{"a": [1], "$or": [{"a": [2]}, {"b": [1]}]}`, `{}`, "a: appears twice"},
		{"prefix of a number", `{"a": [{"prefix": 1}]}`, `{}`, "a: prefix: found 1, expected text"},
		{"prefix of a list", `{"a": [{"prefix": ["x"]}]}`, `{}`, `prefix: found ["x"], expected text`},
		{"prefix of a suffix", `{"a": [{"prefix": {"suffix": "x"}}]}`, `{}`, `expected text or {"equals-ignore-case": text}`},
		{"suffix of null", `{"a": [{"suffix": null}]}`, `{}`, "suffix: found null, expected text"},
		{"equals-ignore-case of a list", `{"a": [{"equals-ignore-case": ["x"]}]}`, `{}`, "equals-ignore-case: found"},
		{"anything but null", `{"a": [{"anything-but": null}]}`, `{}`, "anything-but: found null"},
		{"anything but text and null", `{"a": [{"anything-but": ["x", null]}]}`, `{}`, "anything-but: found null"},
		{"anything but text and numbers", `{"a": [{"anything-but": ["x", 1]}]}`, `{}`, "it may have only one of them"},
		{"anything but nothing", `{"a": [{"anything-but": []}]}`, `{}`, "its list is empty"},
		{"anything but an empty prefix", `{"a": [{"anything-but": {"prefix": ""}}]}`, `{}`,
			"anything-but: prefix: every text begins and ends with empty text"},
		{"anything but a prefix in any case", `{"a": [{"anything-but": {"prefix": {"equals-ignore-case": "x"}}}]}`, `{}`,
			"anything-but: prefix: found"},
		{"anything but a range", `{"a": [{"anything-but": {"numeric": ["<", 1]}}]}`, `{}`,
			"expected one of the matchers prefix, suffix, equals-ignore-case, wildcard"},
		{"anything but a long number", `{"a": [{"anything-but": 12345678901234567890}]}`, `{}`, "cannot compare"},
		{"numeric without a list", `{"a": [{"numeric": 10}]}`, `{}`, "numeric: found 10, expected a list"},
		{"numeric, unfinished", `{"a": [{"numeric": [">", 0, "<"]}]}`, `{}`, "numeric: found"},
		{"numeric, text", `{"a": [{"numeric": [">", "0"]}]}`, `{}`, "expected a number"},
		{"numeric, unknown operator", `{"a": [{"numeric": ["!=", 0]}]}`, `{}`, "expected one of = < <= > >="},
		{"numeric, two bottoms", `{"a": [{"numeric": [">", 0, ">", 0]}]}`, `{}`, "a range goes from > or >= to < or <="},
		{"numeric, top first", `{"a": [{"numeric": ["<", 5, ">", 0]}]}`, `{}`, "a range goes from > or >= to < or <="},
		{"numeric, an empty range", `{"a": [{"numeric": [">=", 5, "<=", 5]}]}`, `{}`, "from a smaller number to a greater one"},
		{"exists, in words", `{"a": [{"exists": "yes"}]}`, `{}`, `exists: found "yes", expected true or false`},
		{"wildcard, two stars", `{"a": [{"wildcard": "a**"}]}`, `{}`, "wildcard: two stars in a row"},
		{"wildcard, a bad escape", `{"a": [{"wildcard": "a\\b"}]}`, `{}`, "wildcard: a backslash at 1"},
		{"wildcard, a list", `{"a": [{"wildcard": ["a*"]}]}`, `{}`, "wildcard: found"},
		{"cidr without a length", `{"a": [{"cidr": "10.0.0.0"}]}`, `{}`, `cidr: "10.0.0.0": a network is written as in 10.0.0.0/24`},
		{"cidr of one address", `{"a": [{"cidr": "10.0.0.0/32"}]}`, `{}`, "a number from 0 to 31"},
		{"cidr of no address", `{"a": [{"cidr": "xx.11.xx/8"}]}`, `{}`, "is not an IP address"},
		{"cidr of a zone", `{"a": [{"cidr": "fe80::1%eth0/8"}]}`, `{}`, "is not an IP address"},
		{"$or of an object", `{"$or": {"a": [1]}}`, `{}`, "$or: must be a list of two or more objects"},
		{"$or of one", `{"detail": {"$or": [{"a": [1]}]}}`, `{}`, "detail.$or: must be a list of two or more objects"},
		{"$or of values", `{"$or": [1, 2]}`, `{}`, "$or: found a number; its list holds objects only"},
		{"$or of a matcher", `{"$or": [{"prefix": ["a"]}, {"b": [1]}]}`, `{}`, "EventBridge reserves the name prefix"},
		{"$or of too much", `{` + manyOrs(10) + `}`, `{}`, "$or makes more than 1000 combinations"},
		{"an event that is no JSON", `{"a": [1]}`, `{"a": 1`, "the event: JSON: offset 7"},
		{"an event that is no object", `{"a": [1]}`, `[1]`, "the event is an array; an event is a JSON object"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			matched, _, err := match(t, test.pattern, test.event)
			if matched || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Match() = %t, %v, want an error with %q", matched, err, test.want)
			}
		})
	}
}

// manyOrs are n fields with two alternatives each: 2^n ways.
func manyOrs(n int) string {
	var fields []string
	for i := range n {
		fields = append(fields, `"f`+string(rune('0'+i))+`": {"$or": [{"a": [1]}, {"b": [1]}]}`)
	}
	return strings.Join(fields, ", ")
}

func TestMatchRefusesWhatIsNoJSON(t *testing.T) {
	if _, _, err := matchValue(map[string]any{"a": make(chan int)}, `{}`); err == nil {
		t.Error("a channel in a pattern: no error")
	}
}

// TestMatchTriesAnElementOnce: 10,000 matching strings are one case to try, not
// 10,000 times the fields after them.
func TestMatchTriesAnElementOnce(t *testing.T) {
	event := `{"tags": [` + strings.Repeat(`"x", `, 10_000) + `"x"], "z": [` + strings.Repeat(`{"id": 1}, {"kind": 1}, `, 100) + `{}]}`
	matched, why, err := match(t, `{"tags": ["x"], "z": {"id": [1], "kind": [1]}}`, event)
	if matched || err != nil || !strings.HasPrefix(why, "z.id and z.kind match only in different elements") {
		t.Errorf("Match() = %t, %q, %v", matched, why, err)
	}
}

// TestMatchEndsOnHugeArrays: three arrays of which no elements fit together would
// take 10^9 comparisons.
func TestMatchEndsOnHugeArrays(t *testing.T) {
	var event strings.Builder
	for _, name := range []string{"a", "b", "c"} {
		event.WriteString(`"` + name + `": [` + strings.Repeat(`{"x": 1}, {"y": 1}, `, 1000) + `{}], `)
	}
	pattern := `{"a": {"x": [1]}, "b": {"x": [1]}, "c": {"x": [1], "y": [1]}}`
	_, _, err := match(t, pattern, `{`+event.String()+`"d": 0}`)
	if err == nil || !strings.Contains(err.Error(), "send fewer elements") {
		t.Errorf("error = %v, want one that says to send fewer elements", err)
	}
}

// TestAPatternIsUsedAgain: what one event has shown does not count for the next.
func TestAPatternIsUsedAgain(t *testing.T) {
	pattern, err := eventbridge.Compile(map[string]any{"a": []any{1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		event string
		want  bool
	}{{`{"a": 1}`, true}, {`{"a": 2}`, false}, {`{"a": 1}`, true}} {
		if got, why, err := pattern.Match([]byte(test.event)); got != test.want || err != nil {
			t.Errorf("%s: Match() = %t, %q, %v, want %t", test.event, got, why, err, test.want)
		}
	}
}
