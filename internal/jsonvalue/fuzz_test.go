package jsonvalue

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds are texts that reach every branch of the parser.
var seeds = []string{
	``, `null`, `true`, `false`, `0`, `-1.5e+10`, `""`, `"a\u00e4\ud83d\ude00\ud83d\n"`, `[]`, `[1,[2,{}]]`, `{}`,
	`{"a":{"b":[null]},"a":1}`, ` { "x" : "y" } `, `{"a":"{\"b\":\"c\\n\"}"}`, `[`, `{"a"`, `"\x"`, `01`, "\"\xff\"", "\uFEFF1",
	`{"1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1,"10":1,"11":1,"12":1,"13":1,"14":1,"15":1,"16":1,"17":1,"1":2,"18":1}`,
}

// FuzzParse compares Parse with encoding/json: it accepts the same texts, except
// those that Parse documents as refused, and reads the same values.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := Parse(text)
		if accept := json.Valid(text) && utf8.Valid(text) && !deep(text); accept != (err == nil) {
			t.Fatalf("error %v, but encoding/json, UTF-8 and depth say %t: %q", err, accept, text)
		}
		if err != nil {
			return
		}
		sound(t, v)
		if got, want := canonical(t, v.JSON()), canonical(t, text); !bytes.Equal(got, want) {
			t.Errorf("encoding/json reads %s from what was written, and %s from %q", got, want, text)
		}
	})
}

// deep reports whether brackets outside strings nest deeper than maxDepth.
func deep(text []byte) bool {
	depth := 0
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		token, err := d.Token()
		if err != nil {
			return false
		}
		switch token {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
		if depth > maxDepth {
			return true
		}
	}
}

// canonical is the text as encoding/json reads it and writes it again.
func canonical(t *testing.T, text []byte) []byte {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("encoding/json refuses %q: %v", text, err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// FuzzString compares the encoding of a string with encoding/json.
func FuzzString(f *testing.F) {
	for _, seed := range []string{"", "a", "\"\\/\b\f\n\r\t\x00\x1f\x7f", "ä😀\u2028\uFFFD", "\xff\xfe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := OfString(text)
		sound(t, v)
		var got string
		if err := json.Unmarshal(v.JSON(), &got); err != nil {
			t.Fatal(err)
		}
		if want := strings.ToValidUTF8(text, "\uFFFD"); got != want || v.Text() != want {
			t.Errorf("encoding/json reads %q, Text() = %q; want %q", got, v.Text(), want)
		}
	})
}

// FuzzWith compares the sizes that With computes with the text.
func FuzzWith(f *testing.F) {
	f.Add(`{"a":1}`, "a", `"longer"`)
	f.Add(`{}`, "\n\xff", `[]`)
	f.Add(`null`, "", `{}`)
	f.Fuzz(func(t *testing.T, object, name, member string) {
		o, err := ParseString(object)
		if err != nil {
			return
		}
		m, err := ParseString(member)
		if err != nil || strings.Contains(object+member, strings.Repeat("[", maxDepth)) {
			return
		}
		before := o.String()
		got := o.With(name, m)
		sound(t, got)
		if v, ok := got.Get(strings.ToValidUTF8(name, "\uFFFD")); !ok || v.String() != m.String() {
			t.Errorf("With(%q, %s) = %s", name, m, got)
		}
		if o.String() != before {
			t.Errorf("With changed its value from %s to %s", before, o)
		}
	})
}
