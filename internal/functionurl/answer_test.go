package functionurl_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/functionurl"
)

// shown is a response as text: status, header, body.
func shown(status int, header http.Header, body []byte) string {
	var out strings.Builder
	fmt.Fprintln(&out, status)
	_ = header.Write(&out) // sorted
	out.WriteString("\r\n" + string(body))
	return strings.ReplaceAll(out.String(), "\r\n", "\n")
}

const fields = "Content-Length: %d\nContent-Type: application/json\nX-Amzn-Requestid: id-1\n\n%s"

func plain(status int, body string) string {
	return fmt.Sprintf("%d\n"+fields, status, len(body), body)
}

func TestAnswer(t *testing.T) {
	for _, test := range []struct{ name, payload, want string }{
		{"a response", `{"statusCode":201,"headers":{"Content-Type":"text/plain","x-n":7,"x-b":true},"cookies":["a=1; ` +
			`Path=/","b=2"],"body":"hello"}`,
			"201\nContent-Length: 5\nContent-Type: text/plain\nSet-Cookie: a=1; Path=/\nSet-Cookie: b=2\nX-Amzn-Requestid: id-1\nX-B: " +
				"true\nX-N: 7\n\nhello"},
		{"base64", `{"statusCode":200,"body":"AP8=","isBase64Encoded":true}`, plain(200, "\x00\xff")},
		{"no body", `{"statusCode":404}`, plain(404, "")},
		{"a null body", `{"statusCode":200,"body":null}`, plain(200, "")},
		{"hop-by-hop fields and a wrong length", `{"statusCode":200,"headers":{"Connection":"x-hop","X-Hop":"1",` +
			`"Transfer-Encoding":"chunked","content-length":"99","x-amzn-requestid":"z"},"body":"hello"}`, plain(200, "hello")},
		{"a string", `"hello"`, plain(200, "hello")},
		{"a number", `3.1`, plain(200, "3.1")},
		{"a list", `[ "hello", 3 ]`, plain(200, `["hello",3]`)},
		{"null", `null`, plain(200, "null")},
		{"an object without a status", `{ "hello": "world", "body": 1 }`, plain(200, `{"hello":"world","body":1}`)},
		{"no JSON", `hello`, plain(502, "Internal Server Error")},
		{"a status as text", `{"statusCode":"200"}`, plain(200, "")},
		{"a status that is none", `{"statusCode":"OK"}`, plain(502, "Internal Server Error")},
		{"a status of null", `{"statusCode":null}`, plain(502, "Internal Server Error")},
		{"a status with a fraction", `{"statusCode":200.5}`, plain(502, "Internal Server Error")},
		{"an interim status", `{"statusCode":103}`, plain(502, "Internal Server Error")},
		{"a status that is too high", `{"statusCode":600}`, plain(502, "Internal Server Error")},
		{"a body that is no string", `{"statusCode":200,"body":{"a":1}}`, plain(502, "Internal Server Error")},
		{"a body that is no base64", `{"statusCode":200,"body":"?","isBase64Encoded":true}`, plain(502, "Internal Server Error")},
		{"a header that is no text", `{"statusCode":200,"headers":{"a":["b"]}}`, plain(502, "Internal Server Error")},
		{"a header that splits", `{"statusCode":200,"headers":{"a":"b\r\nc: d"}}`, plain(502, "Internal Server Error")},
		{"a header name that splits", `{"statusCode":200,"headers":{"a: b":"c"}}`, plain(502, "Internal Server Error")},
		{"a cookie that splits", `{"statusCode":200,"cookies":["a\nb"]}`, plain(502, "Internal Server Error")},
		{"204", `{"statusCode":204,"body":"hello"}`, "204\nX-Amzn-Requestid: id-1\n\n"},
		{"304", `{"statusCode":304,"headers":{"etag":"x"},"body":"hello"}`, "304\nEtag: x\nX-Amzn-Requestid: id-1\n\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer := functionurl.ReadAnswer([]byte(test.payload), "")
			header := http.Header{"X-Amzn-Requestid": {"id-1"}}
			body := answer.Fill(header, http.MethodGet)
			if diff := cmp.Diff(test.want, shown(answer.Status, header, body)); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFailureOfTheFunction(t *testing.T) {
	for _, test := range []struct {
		name, report, want string
	}{
		{"its own error", `{"errorType":"T"}`, plain(502, "Internal Server Error")},
		{"no JSON", `?`, plain(502, "Internal Server Error")},
		{"out of time", `{"errorType":"Sandbox.Timedout"}`, plain(504, "Gateway Timeout")},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer := functionurl.ReadAnswer([]byte(test.report), "Unhandled")
			header := http.Header{"X-Amzn-Requestid": {"id-1"}}
			body := answer.Fill(header, http.MethodGet)
			if diff := cmp.Diff(test.want, shown(answer.Status, header, body)); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAnswerToHead has the length of the body, and not the body (RFC 9110 9.3.2).
func TestAnswerToHead(t *testing.T) {
	header := http.Header{}
	body := functionurl.ReadAnswer([]byte(`{"statusCode":200,"body":"hello"}`), "").Fill(header, http.MethodHead)
	if got := header.Get("Content-Length"); got != "5" || len(body) != 0 {
		t.Errorf("length %q and body %q, want 5 and none", got, body)
	}
}
