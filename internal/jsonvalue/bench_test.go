package jsonvalue

import (
	"encoding/json"
	"testing"
)

// failure is what an execution carries between its attempts.
const failure = `{"request":{"method":"POST","path":"/orders","query":"dry=1","headers":{"accept":"application/json",` +
	`"content-type":"application/json"},"body":"{\"sku\":\"A-1\",\"count\":2}"},"start":{"index":2},` +
	`"failure":{"Error":"Upstream.RateLimited","Cause":"{\"errorType\":\"Upstream.RateLimited\",` +
	`\"errorMessage\":\"{\\\"response\\\":{\\\"statusCode\\\":429,\\\"headers\\\":{\\\"retry-after\\\":\\\"3\\\"}},` +
	`\\\"attempts\\\":[{\\\"attempt\\\":1,\\\"egress\\\":3,\\\"statusCode\\\":429,\\\"waitSeconds\\\":0,\\\"durationMs\\\":41}],` +
	`\\\"waitSeconds\\\":0}\"}"}}`

func BenchmarkParse(b *testing.B) {
	text := []byte(failure)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseEncodingJSON is what the same text costs with the standard library.
func BenchmarkParseEncodingJSON(b *testing.B) {
	text := []byte(failure)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	v := parse(b, failure)
	out := make([]byte, 0, v.Size())
	b.SetBytes(int64(v.Size()))
	b.ReportAllocs()
	for b.Loop() {
		out = v.AppendJSON(out[:0])
	}
	if string(out) != failure {
		b.Fatalf("wrote %s", out)
	}
}

func BenchmarkWith(b *testing.B) {
	v, member := parse(b, failure), OfInt(1)
	for name, at := range map[string]string{"in its place": "failure", "as the last": "new"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var got Value
			for b.Loop() {
				got = v.With(at, member)
			}
			if _, ok := got.Get(at); !ok {
				b.Fatal("not there")
			}
		})
	}
}

func BenchmarkSize(b *testing.B) {
	v := parse(b, failure)
	b.ReportAllocs()
	total := 0
	for b.Loop() {
		total += v.Size()
	}
	if total%len(failure) != 0 {
		b.Fatal(total)
	}
}
