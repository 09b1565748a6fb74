package jsonvalue

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// same fails the test unless the two are alike also in the order of their members
// and the spelling of their numbers.
func same(t *testing.T, got, want Value) {
	t.Helper()
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	sound(t, got)
}

// sound fails the test unless the value's size is that of its JSON, and its JSON
// reads back as the value.
func sound(t *testing.T, v Value) {
	t.Helper()
	text := v.JSON()
	if len(text) != v.Size() {
		t.Errorf("Size() = %d, but the JSON has %d bytes: %s", v.Size(), len(text), text)
	}
	if !json.Valid(text) {
		t.Errorf("no JSON: %s", text)
	}
	again, err := Parse(text)
	if err != nil {
		t.Fatalf("its own JSON does not read back: %v\n%s", err, text)
	}
	if !Equal(again, v) || again.String() != v.String() || again.Size() != v.Size() {
		t.Errorf("reads back as %s, want %s", again, v)
	}
}

func parse(t testing.TB, text string) Value {
	t.Helper()
	v, err := ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestConstructors(t *testing.T) {
	tests := []struct {
		name string
		got  Value
		kind Kind
		want string
	}{
		{"null", Value{}, Null, `null`},
		{"true", OfBool(true), Bool, `true`},
		{"false", OfBool(false), Bool, `false`},
		{"zero", OfInt(0), Number, `0`},
		{"smallest", OfInt(math.MinInt64), Number, `-9223372036854775808`},
		{"largest", OfInt(math.MaxInt64), Number, `9223372036854775807`},
		{"empty string", OfString(""), String, `""`},
		{"markup stays as it is", OfString("<a href='x'>&</a>\u2028\u007f"), String, "\"<a href='x'>&</a>\u2028\u007f\""},
		{"escapes", OfString("\"\\/\b\f\n\r\t\x00\x1f"), String, `"\"\\/\b\f\n\r\t\u0000\u001f"`},
		{"not UTF-8", OfString("a\xffb"), String, "\"a\uFFFDb\""},
		{"beyond the BMP", OfString("😀"), String, `"😀"`},
		{"empty array", OfArray(), Array, `[]`},
		{"array", OfArray(OfInt(1), Value{}, OfArray(OfString("x"))), Array, `[1,null,["x"]]`},
		{"empty object", OfObject(), Object, `{}`},
		{"object in its order", OfObject(Member{"z", OfInt(1)}, Member{"a", OfObject()}), Object, `{"z":1,"a":{}}`},
		{"object with an escaped name", OfObject(Member{"a\"\n", OfInt(1)}), Object, `{"a\"\n":1}`},
		{"object with a name not in UTF-8", OfObject(Member{"\xff", OfInt(1)}), Object, "{\"\uFFFD\":1}"},
		{"the last duplicate wins in the first's place", OfObject(Member{"a", OfInt(1)}, Member{"b", OfInt(2)}, Member{"a", OfInt(333)}), Object,
			`{"a":333,"b":2}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.got.Kind() != test.kind || test.got.String() != test.want {
				t.Errorf("got %s %s, want %s %s", test.got.Kind(), test.got, test.kind, test.want)
			}
			sound(t, test.got)
		})
	}
}

// Every accessor returns the zero value of its type for other kinds.
func TestAccessors(t *testing.T) {
	type seen struct {
		Bool, Whole  bool
		Text, Number string
		Int          int64
		Len          int
		Items        []string
		Members      []string
	}
	tests := []struct {
		name, text string
		want       seen
	}{
		{"null", `null`, seen{}},
		{"true", `true`, seen{Bool: true}},
		{"false", `false`, seen{}},
		{"string", `"tr\u0075e"`, seen{Text: "true"}},
		{"string of digits", `"12"`, seen{Text: "12"}},
		{"whole number", `-12`, seen{Number: "-12", Int: -12, Whole: true}},
		{"minus zero", `-0`, seen{Number: "-0", Whole: true}},
		{"whole, but not written as one", `1.0`, seen{Number: "1.0"}},
		{"whole, with an exponent", `1e0`, seen{Number: "1e0"}},
		{"array", `[1,[2]]`, seen{Len: 2, Items: []string{"1", "[2]"}}},
		{"object", `{"b":1,"a":[]}`, seen{Len: 2, Members: []string{"b=1", "a=[]"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := parse(t, test.text)
			got := seen{Bool: v.Bool(), Text: v.Text(), Number: v.Number(), Len: v.Len()}
			got.Int, got.Whole = v.Int()
			for item := range v.Items() {
				got.Items = append(got.Items, item.String())
			}
			for name, member := range v.Members() {
				got.Members = append(got.Members, name+"="+member.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("beyond 64 bits", func(t *testing.T) {
		if n, whole := parse(t, "9223372036854775808").Int(); whole {
			t.Errorf("got %d, want none", n)
		}
	})
	t.Run("index", func(t *testing.T) { same(t, parse(t, `[0,"one"]`).Index(1), OfString("one")) })
	t.Run("iteration that stops", func(t *testing.T) {
		steps := 0
		for range parse(t, `[1,2,3]`).Items() {
			steps++
			break
		}
		for range parse(t, `{"a":1,"b":2}`).Members() {
			steps++
			break
		}
		if steps != 2 {
			t.Errorf("%d steps, want 2", steps)
		}
	})
}

func TestGet(t *testing.T) {
	object := parse(t, `{"a":1,"ä":null}`)
	for name, want := range map[string]string{"a": "1", "ä": "null", "b": "", "": ""} {
		got, ok := object.Get(name)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("Get(%q) = %s, %t; want %q", name, got, ok, want)
		}
	}
	if v, ok := parse(t, `["a"]`).Get("a"); ok {
		t.Errorf("an array has a member: %s", v)
	}
}

func TestWith(t *testing.T) {
	tests := []struct {
		name, in, member string
		value            Value
		want             string
	}{
		{"the first", `{}`, "a", OfInt(1), `{"a":1}`},
		{"another goes last", `{"b":1}`, "a", OfInt(2), `{"b":1,"a":2}`},
		{"in its place", `{"a":1,"b":2,"c":3}`, "b", OfString("longer"), `{"a":1,"b":"longer","c":3}`},
		{"a name to escape", `{"a":1}`, "\n", OfInt(2), `{"a":1,"\n":2}`},
		{"an escaped name in its place", `{"\n":1}`, "\n", Value{}, `{"\n":null}`},
		{"of null", `null`, "a", OfInt(1), `{"a":1}`},
		{"of an array", `[1]`, "a", OfInt(1), `{"a":1}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := parse(t, test.in)
			same(t, in.With(test.member, test.value), parse(t, test.want))
			same(t, in, parse(t, test.in)) // in itself is never changed
		})
	}
}

func TestFill(t *testing.T) {
	shape := parse(t, `{"b":null,"a\n":"old","c":[1]}`)
	got, err := shape.Fill(func(i int) (Value, error) { return OfInt(int64(i * 100)), nil })
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, parse(t, `{"b":0,"a\n":100,"c":200}`))
	same(t, shape, parse(t, `{"b":null,"a\n":"old","c":[1]}`))

	calls, failure := 0, errors.New("no")
	_, err = shape.Fill(func(int) (Value, error) { calls++; return Value{}, failure })
	if err != failure || calls != 1 {
		t.Errorf("got %v after %d calls, want %v after 1", err, calls, failure)
	}
	got, err = OfObject().Fill(func(int) (Value, error) { return Value{}, failure })
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, parse(t, `{}`))
}

// Two copies of one value are independent, and no value changes with the slice that
// it was made from.
func TestValuesAreIndependent(t *testing.T) {
	base := OfObject(Member{"a", OfInt(1)})
	one, two := base.With("b", OfInt(2)), base.With("c", OfInt(3))
	same(t, one, parse(t, `{"a":1,"b":2}`))
	same(t, two, parse(t, `{"a":1,"c":3}`))

	items, members := []Value{OfInt(1)}, []Member{{"a", OfInt(1)}}
	array, object := OfArray(items...), OfObject(members...)
	items[0], members[0].Name = OfInt(2), "changed"
	same(t, array, parse(t, `[1]`))
	same(t, object, parse(t, `{"a":1}`))
}

func TestParseDoesNotKeepItsBytes(t *testing.T) {
	text := []byte(`{"name":"text","n":12}`)
	v, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	copy(text, strings.Repeat("x", len(text)))
	same(t, v, OfObject(Member{"name", OfString("text")}, Member{"n", OfInt(12)}))
}

func TestEncodingJSON(t *testing.T) {
	type message struct {
		V Value
		P *Value
	}
	var got message
	if err := json.Unmarshal([]byte(`{"V": {"b": 1.0, "a": [ ]}, "P": "x"}`), &got); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"V":{"b":1.0,"a":[]},"P":"x"}`; string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
	before := got.V
	if err := got.V.UnmarshalJSON([]byte(`{`)); err == nil {
		t.Error("half an object was accepted")
	}
	same(t, got.V, before)
}
