package mockapi

import (
	"strings"
	"testing"
	"time"
)

func TestParseScript(t *testing.T) {
	slow := Range{300 * time.Millisecond, time.Second}
	limited, nothing := `{"error":["slow, please: down"]}`, ""
	tests := []struct {
		text string
		want Script
	}{
		{"429,429,200", Script{Steps: []Step{{Code: 429}, {Code: 429}, {Code: 200}}}},
		{" 429 , pass ,...", Script{Steps: []Step{{Code: 429}, {Pass: true}}, Again: true}},
		{"429x3,half-reset", Script{Steps: []Step{{Code: 429, Times: 3}, {Fault: FaultHalfReset}}}},
		{"503x2@300ms..1s", Script{Steps: []Step{{Code: 503, Times: 2, Latency: &slow}}}},
		{"429:retry-after=2:x-a=", Script{Steps: []Step{{Code: 429, Header: []Field{{"retry-after", "2"}, {"x-a", ""}}}}}},
		{`301:location="http://a.example/",200`, Script{Steps: []Step{{Code: 301, Header: []Field{{"location", "http://a.example/"}}},
			{Code: 200}}}},
		{`200:body='` + limited + `':x-a=1,403x2:Body=`, Script{Steps: []Step{{Code: 200, Body: &limited, Header: []Field{{"x-a", "1"}}},
			{Code: 403, Times: 2, Body: &nothing}}}},
		{`429:ratelimit='"default";r=0;t=30'`, Script{Steps: []Step{{Code: 429, Header: []Field{{"ratelimit", `"default";r=0;t=30`}}}}}},
	}
	for _, test := range tests {
		got, err := ParseScript(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
		}
		diff(t, test.text, test.want, got)
		again, err := ParseScript(got.String())
		if err != nil {
			t.Errorf("%s as text: %v", got, err)
		}
		diff(t, "as text and read again", test.want, again)
	}
}

func TestScriptsThatAreRefused(t *testing.T) {
	const what = "must be a status (100, 102..999), reset, empty, hang, half, half-reset, half-hang, drip, malformed, bad-chunk, bad-gzip " +
		"or pass"
	tests := []struct{ text, err string }{
		{"", `entry 1, "": ` + what},
		{"...", `entry 1, "...": ` + what},
		{"200,,429", `entry 2, "": ` + what},
		{"...,200", `entry 1, "...": ` + what},
		{"200,retry", `entry 2, "retry": ` + what},
		{"99", `entry 1, "99": ` + what + ", got 99"},
		{"101", `entry 1, "101": ` + what + ", got 101"},
		{"1000", `entry 1, "1000": ` + what + ", got 1000"},
		{"200x0", `entry 1, "200x0": after x must be how many times, 1..1000000, got "0"`},
		{"200x1000001", `entry 1, "200x1000001": the times must be between 0 and 1000000, got 1000001`},
		{"200@fast", `entry 1, "200@fast": the latency must be a duration such as 50ms, or two such as 50ms..200ms, got "fast"`},
		{"200@2h", `entry 1, "200@2h": the latency must be between 0s and 1h, got 2h`},
		{"429:retry-after", `entry 1, "429:retry-after": after a colon must be FIELD=VALUE such as retry-after=2, got "retry-after"`},
		{"429:=2", `entry 1, "429:=2": a field must have a name`},
		{"429:a b=2", `entry 1, "429:a b=2": a field's name must be letters, digits and hyphens, got "a b"`},
		{"200:content-length=5", `entry 1, "200:content-length=5": ` +
			`the field content-length belongs to the server; for a broken body use a fault`},
		{"200:a=b\r\nc", `entry 1, "200:a=b\r\nc": the value of a must not hold control characters, got "b\r\nc"`},
		{"pass:a=b", `entry 1, "pass:a=b": pass takes neither latency nor fields nor a body: the answer is not the script's`},
		{"pass@1s", `entry 1, "pass@1s": pass takes neither latency nor fields nor a body: the answer is not the script's`},
		{"pass:body=x", `entry 1, "pass:body=x": pass takes neither latency nor fields nor a body: the answer is not the script's`},
		{"half:body=x", `entry 1, "half:body=x": half has a body of its own`},
		{"200:body=x:body=y", `entry 1, "200:body=x:body=y": has two bodies`},
		{`429:a="b`, `a quote (") is not closed`},
		{strings.Repeat("200,", 1000) + "200", "must not have more than 1000 entries, got 1001"},
		{strings.Repeat("2", 65537), "must not be longer than 65536 characters, got 65537"},
	}
	for _, test := range tests {
		_, err := ParseScript(test.text)
		diff(t, test.text[:min(40, len(test.text))], test.err, message(err))
	}
}

func TestParsePathScript(t *testing.T) {
	got, err := ParsePathScript("/orders=429:retry-after=1")
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "script of a path", PathScript{"/orders", Script{Steps: []Step{{Code: 429, Header: []Field{{"retry-after", "1"}}}}}}, got)
	got, err = ParsePathScript("429:retry-after=1")
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "script of all", "/", got.Prefix)
	_, err = ParsePathScript("/orders")
	diff(t, "no script", `must be /PREFIX=SCRIPT such as /orders=429,200, got "/orders"`, message(err))
}

func TestWhoseTurn(t *testing.T) {
	tests := []struct{ script, want string }{
		{"429,200", "429 200 200 200 200 200 200"},
		{"429x3,200", "429 429 429 200 200 200 200"},
		{"429x2,200,...", "429 429 200 429 429 200 429"},
		{"503", "503 503 503 503 503 503 503"},
	}
	for _, test := range tests {
		script, err := ParseScript(test.script)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for number := range 7 {
			step, _ := script.step(number)
			step.Times = 0
			got = append(got, step.String())
		}
		diff(t, test.script, test.want, strings.Join(got, " "))
	}
}

func TestMomentsInFields(t *testing.T) {
	tests := []struct{ value, want string }{
		{"date+2s", "Sun, 01 Mar 2026 12:00:02 GMT"},
		{"date-1h", "Sun, 01 Mar 2026 11:00:00 GMT"},
		{"epoch+1500ms", "1772366402"},
		{"epochms+1500ms", "1772366401500"},
		{"rfc3339+1m", "2026-03-01T12:01:00Z"},
		{"date+soon", "date+soon"},
		{"date", "date"},
		{"2", "2"},
	}
	for _, test := range tests {
		diff(t, test.value, test.want, Field{"retry-after", test.value}.at(noon))
	}
}

// String of a parsed value parses to the same value, within bounds.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"429,429,200", `503x2@1ms..1s:a="b,c":d='"e"',reset,...`, "5/10s:bucket", "9/1s:burst=20:refused:ip",
		"3/60s:429", "50ms..1s", "5%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if script, err := ParseScript(text); err == nil && !(strings.Contains(text, `"`) && strings.Contains(text, "'")) {
			again, err := ParseScript(script.String())
			if err != nil || again.String() != script.String() {
				t.Fatalf("%q is %q, then %q, %v", text, script, again, err)
			}
			script.step(1 << 30)
		}
		if limit, err := ParseLimit(text); err == nil {
			if again, err := ParseLimit(limit.String()); err != nil || again != limit {
				t.Fatalf("%q is %v, then %v, %v", text, limit, again, err)
			}
			limit = limit.withDefaults(PerIP, LimitFixed)
			if first := new(client); first.wait(limit, noon) > 0 {
				t.Fatalf("%q lets nobody through", text)
			}
		}
		if ban, err := ParseBan(text); err == nil && ban.validate() != nil {
			t.Fatalf("%q is a ban out of bounds: %+v", text, ban)
		}
		if r, err := ParseRange(text); err == nil {
			if again, err := ParseRange(r.String()); err != nil || again != r {
				t.Fatalf("%q is %v, then %v, %v", text, r, again, err)
			}
		}
		if share, err := ParseShare(text); err == nil && !(share >= 0 && share <= 1) {
			t.Fatalf("%q is the share %v", text, share)
		}
	})
}
