package curl_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sfngen/sfngen/internal/curl"
)

func TestParseAnswer(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       curl.Answer
	}{
		{"HTTP/1.1", "HTTP/1.1 403 Forbidden\r\nX-RateLimit-Remaining: 0\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\n{\"a\":1}\n",
			answerOf("HTTP/1.1", 403, "{\"a\":1}\n", "X-Ratelimit-Remaining", "0", "Set-Cookie", "a", "Set-Cookie", "b")},
		{"HTTP/2, lines that end with LF", "HTTP/2 429 \nretry-after: 7\n\nslow\r\ndown",
			answerOf("HTTP/2", 429, "slow\r\ndown", "Retry-After", "7")},
		{"HTTP/3", "HTTP/3 200\r\n\r\n", answerOf("HTTP/3", 200, "")},
		{"no words, no body, no empty line", "HTTP/1.0 503\r\nA:\r\nB:  c:d ", answerOf("HTTP/1.0", 503, "", "A", "", "B", "c:d")},
		{"a head alone", "HTTP/1.1 204 No Content", answerOf("HTTP/1.1", 204, "")},
		{"an empty line in the body", "HTTP/1.1 200 OK\r\n\r\n\r\nx", answerOf("HTTP/1.1", 200, "\r\nx")},
		{"a line over two", "HTTP/1.1 200 OK\r\nA: b\r\n\t c\r\n\r\n", answerOf("HTTP/1.1", 200, "", "A", "b c")},
		{"a byte order mark of a file", "\ufeffHTTP/1.1 200 OK\r\n\r\nx", answerOf("HTTP/1.1", 200, "x")},
		{"100 Continue", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 Bad Request\r\nA: 1\r\n\r\nno",
			answerOf("HTTP/1.1", 400, "no", "A", "1")},
		{"103 Early Hints", "HTTP/2 103 \r\nlink: </a>\r\n\r\nHTTP/2 200 \r\n\r\nyes", answerOf("HTTP/2", 200, "yes")},
		{"a proxy", "HTTP/1.1 200 Connection established\r\n\r\nHTTP/2 429 \r\nretry-after: 1\r\n\r\n",
			answerOf("HTTP/2", 429, "", "Retry-After", "1")},
		{"redirects that were followed", "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 154\r\n\r\n" +
			"HTTP/1.1 301 Moved\r\nLocation: /c\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\nnone", answerOf("HTTP/1.1", 404, "none")},
		{"a second try with Digest", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nin",
			answerOf("HTTP/1.1", 200, "in")},
		{"a body about HTTP", "HTTP/1.1 200 OK\r\nContent-Type: message/http\r\n\r\nHTTP/1.1 500 x\r\n\r\n",
			answerOf("HTTP/1.1", 200, "HTTP/1.1 500 x\r\n\r\n", "Content-Type", "message/http")},
		{"a body of the length that the head says", "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nHTTP/1.1 500 x",
			answerOf("HTTP/1.1", 200, "HTTP/1.1 500 x", "Content-Length", "14")},
		{"bytes", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00\r\n\xff",
			answerOf("HTTP/1.1", 200, "\x1f\x8b\x08\x00\r\n\xff", "Content-Encoding", "gzip")},
	} {
		got, err := curl.ParseAnswer([]byte(test.text))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func answerOf(proto string, status int, body string, fields ...string) curl.Answer {
	a := curl.Answer{Proto: proto, StatusCode: status, Header: http.Header{}, Body: []byte(body)}
	for i := 0; i < len(fields); i += 2 {
		a.Header.Add(fields[i], fields[i+1])
	}
	return a
}

func TestWhatIsNoAnswerIsSaid(t *testing.T) {
	for text, want := range map[string]string{
		"":      "there is nothing to read",
		" \r\n": "there is nothing to read",
		"{\"error\": 1}": `an answer begins with its status, as in HTTP/1.1 429 Too Many Requests, ` +
			`got "{\"error\": 1}"; curl prints it with -i`,
		"* Host a\n< HTTP/2":         "that is what curl -v prints; use curl -i",
		"HTTP/1.1 42":                "an answer begins with its status",
		"HTTP/1.1 100 Continue":      "the last status is 100, and that of an answer is 200 to 599",
		"HTTP/1.1 999 x\n\n":         "the last status is 999",
		"HTTP/1.1 200 OK\nno":        `the line "no" of the head is no 'Name: value'; an empty line ends the head`,
		"HTTP/1.1 200 OK\n a: b\n\n": `the line " a: b" of the head is no 'Name: value'`,
	} {
		if _, err := curl.ParseAnswer([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	if _, err := curl.ReadAnswer(zeros{}); err == nil {
		t.Error("an answer without an end was read")
	}
}

// TestCurlItself: what the curl of this machine prints, where there is one.
func TestCurlItself(t *testing.T) {
	program, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("there is no curl")
	}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new", http.StatusFound)
			return
		}
		_, _ = io.ReadAll(r.Body) // with 100 Continue, where curl waits for it
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"code":"slow"}`)
	}))
	defer api.Close()
	for _, args := range [][]string{{"/new"}, {"/old", "-L"}, {"/new", "-d", "x", "-H", "Expect: 100-continue"}} {
		out, err := exec.Command(program, append([]string{"-s", "-i", "--noproxy", "*", api.URL + args[0]}, args[1:]...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		a, err := curl.ParseAnswer(out)
		if err != nil || a.StatusCode != 429 || a.Header.Get("Retry-After") != "7" || string(a.Body) != `{"code":"slow"}` {
			t.Errorf("%v: %+v, %v of\n%s", args, a, err, out)
		}
	}
}

// FuzzParseAnswer: whatever is on stdin, there is an answer whose body ends the text, or an
// error.
func FuzzParseAnswer(f *testing.F) {
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/2 429 \nretry-after: 7\n\n{}"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\nContent-Length: 3\r\n\r\nabc"))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := curl.ParseAnswer(text)
		if err == nil && (a.StatusCode < 200 || a.StatusCode > 599 || !bytes.HasSuffix(text, a.Body)) {
			t.Errorf("%q: %+v", text, a)
		}
	})
}
