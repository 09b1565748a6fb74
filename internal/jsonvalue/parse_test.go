package jsonvalue

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"white space around everything", " \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } , \"c\" : [ ] } \n", `{"a":[1,2],"b":{},"c":[]}`},
		{"numbers stay as written", `[0,-0,1.50,1E+3,1e-03,123456789012345678901234567890]`,
			`[0,-0,1.50,1E+3,1e-03,123456789012345678901234567890]`},
		{"short escapes", `"\"\\\/\b\f\n\r\t"`, `"\"\\/\b\f\n\r\t"`},
		{"escapes of the BMP", `"\u0041\u00e4\u20AC\uFFFD"`, `"Aä€` + "\uFFFD" + `"`},
		{"escaped NUL", `"\u0000"`, `"\u0000"`},
		{"surrogate pair", `"\ud83d\uDE00"`, `"😀"`},
		{"lone high surrogate", `"\ud83dx"`, "\"\uFFFDx\""},
		{"lone low surrogate", `"\ude00"`, "\"\uFFFD\""},
		{"high surrogate before another character", `"\ud83d\u0041"`, "\"\uFFFDA\""},
		{"two high surrogates before a low one", `"\ud83d\ud83d\ude00"`, "\"\uFFFD😀\""},
		{"U+FFFD itself is no error", "\"\uFFFD\"", "\"\uFFFD\""},
		{"text around escapes", `"ab\ncd\\"`, `"ab\ncd\\"`},
		{"the last duplicate wins in the first's place", `{"a":1,"b":2,"a":{"c":3}}`, `{"a":{"c":3},"b":2}`},
		{"a duplicate written in another way", `{"a":1,"\u0061":2}`, `{"a":2}`},
		{"empty name", `{"":1}`, `{"":1}`},
		{"deep", strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := parse(t, test.text)
			if got.String() != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			sound(t, got)
		})
	}
}

// An object that is large enough to be indexed follows the same rules.
func TestParseLargeObjects(t *testing.T) {
	for _, n := range []int{roomFor, roomFor + 1, scanned, scanned + 1, scanned + 2, 1000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var text strings.Builder
			for i := range n {
				fmt.Fprintf(&text, `"m%d":%d,`, i, i)
			}
			last := fmt.Sprintf(`"m%d":`, n-1)
			again := strings.NewReplacer(`"m3":3,`, `"m3":"again",`, last+fmt.Sprint(n-1), last+`"too"`).Replace(text.String())
			got := parse(t, "{"+text.String()+`"m3":"again",`+last+`"too"}`)
			if want := "{" + strings.TrimSuffix(again, ",") + "}"; got.String() != want {
				t.Errorf("got %s\nwant %s", got, want)
			}
			sound(t, got)
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		name, text string
		offset     int
		message    string
	}{
		{"nothing", "", 0, "found the end of the text, expected a value"},
		{"only white space", " \n", 2, "found the end of the text, expected a value"},
		{"two values", "1 2", 2, "found '2', expected the end"},
		{"byte order mark", "\uFEFF1", 0, `found '\ufeff', expected a value`},
		{"white space that JSON doesn't know", "\v1", 0, `found '\v', expected a value`},
		{"a word", "nil", 0, "expected null"},
		{"capitals", "True", 0, "found 'T', expected a value"},
		{"a word too long", "nullx", 4, "found 'x', expected the end"},
		{"NaN", "NaN", 0, "expected a value"},
		{"plus sign", "+1", 0, "expected a value"},
		{"leading zero", "01", 1, "found '1', expected the end"},
		{"minus alone", "-", 1, "expected a digit"},
		{"nothing before the point", ".5", 0, "expected a value"},
		{"nothing after the point", "1.", 2, "expected a digit after the point"},
		{"nothing after the e", "1e", 2, "expected a digit of the exponent"},
		{"nothing after the sign", "1e+", 3, "expected a digit of the exponent"},
		{"hexadecimal", "0x1", 1, "found 'x', expected the end"},
		{"single quotes", "'a'", 0, "expected a value"},
		{"string without an end", `"abc`, 4, "found the end of the text, expected the rest of the string"},
		{"string that ends in a backslash", `"a\`, 2, "expected the rest of the string"},
		{"string that ends after an escape", `"\n`, 3, "expected the rest of the string"},
		{"line end in a string", "\"a\nb\"", 2, `found '\n', expected the rest of the string`},
		{"NUL in a string", "\"a\x00\"", 2, `found '\x00', expected the rest of the string`},
		{"unknown escape", `"ab\x41"`, 3, `found \x, expected one of`},
		{"short unicode escape", `"\u12"`, 1, "expected four hexadecimal digits"},
		{"no hexadecimal digits", `"\u12g4"`, 1, "expected four hexadecimal digits"},
		{"sign in a unicode escape", `"\u+123"`, 1, "expected four hexadecimal digits"},
		{"bad escape after a surrogate", `"\ud83d\u12"`, 7, "expected four hexadecimal digits"},
		{"array without an end", "[1", 2, "expected ',' or ']'"},
		{"array without a comma", "[1 2]", 3, "found '2', expected ',' or ']'"},
		{"array with a last comma", "[1,]", 3, "found ']', expected a value"},
		{"array with only a comma", "[,]", 1, "found ',', expected a value"},
		{"array that ends as an object", "[1}", 2, "found '}', expected ',' or ']'"},
		{"object without an end", `{"a":1`, 6, "expected ',' or '}'"},
		{"object with a last comma", `{"a":1,}`, 7, "found '}', expected a member's name"},
		{"name without quotes", `{a:1}`, 1, "found 'a', expected a member's name"},
		{"name that is a number", `{1:1}`, 1, "expected a member's name"},
		{"no colon", `{"a" 1}`, 5, "found '1', expected ':'"},
		{"no value", `{"a":}`, 5, "found '}', expected a value"},
		{"comment", "[1/*x*/]", 2, "found '/'"},
		{"not UTF-8", "[\"a\xffb\"]", 3, "not UTF-8"},
		{"a surrogate in UTF-8", "\"\xed\xa0\x80\"", 1, "not UTF-8"},
		{"too deep", strings.Repeat("[", maxDepth+1), maxDepth, "more than 1000 arrays and objects"},
		{"too deep in objects", strings.Repeat(`{"a":`, maxDepth+1), 5 * maxDepth, "more than 1000 arrays and objects"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, err := Parse([]byte(test.text))
			var syntax *syntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("got %s and error %v, want a *syntaxError", v, err)
			}
			if syntax.Offset != test.offset || !strings.Contains(syntax.Message, test.message) {
				t.Errorf("got offset %d: %s\nwant offset %d: …%s…", syntax.Offset, syntax.Message, test.offset, test.message)
			}
			if v.Kind() != Null {
				t.Errorf("a value beside the error: %s", v)
			}
		})
	}
}
