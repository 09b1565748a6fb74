package curl_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/curl"
)

// sent is a request as the server gets it.
type sent struct {
	Method, URI string
	Header      http.Header
	Body        string
	Length      int64
}

func send(t *testing.T, r curl.Request, stdin string) sent {
	t.Helper()
	req, err := r.HTTP(t.Context(), "http://127.0.0.1:1", strings.NewReader(stdin))
	if err != nil {
		t.Fatal(err)
	}
	s := sent{Method: req.Method, URI: req.URL.RequestURI(), Header: req.Header, Length: req.ContentLength}
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Fatal(err)
		}
		s.Body = string(body)
	}
	return s
}

func TestRequestsAreWhatCurlSends(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "order.json")
	if err := os.WriteFile(file, []byte("{\r\n \"n\": 1\n}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "binary")
	if err := os.WriteFile(binary, []byte("\xff\xfe\r\x00\n\xc3x"), 0o666); err != nil {
		t.Fatal(err)
	}
	plain := http.Header{"Accept": {"*/*"}, "User-Agent": {"sfngen"}}
	form := http.Header{"Accept": {"*/*"}, "User-Agent": {"sfngen"}, "Content-Type": {"application/x-www-form-urlencoded"}}
	tests := []struct {
		name    string
		request curl.Request
		stdin   string
		want    sent
	}{
		{"plain", curl.Request{Method: "get", Path: "/orders?a=1&a=2"}, "", sent{"GET", "/orders?a=1&a=2", plain, "", 0}},
		{"an escaped path stays", curl.Request{Method: "GET", Path: "/a%2Fb//c;d"}, "", sent{"GET", "/a%2Fb//c;d", plain, "", 0}},
		{"data", curl.Request{Method: "POST", Path: "/", Data: []string{"a=1", "b=2"}}, "", sent{"POST", "/", form, "a=1&b=2", 7}},
		{"an empty body is still one", curl.Request{Method: "POST", Path: "/", Data: []string{""}}, "", sent{"POST", "/", form, "", 0}},
		{"a file without its line ends", curl.Request{Method: "POST", Path: "/", Data: []string{"@" + file}}, "", sent{"POST", "/", form,
			`{ "n": 1}`, 9}},
		{"a file with every byte", curl.Request{Method: "POST", Path: "/", Binary: []string{"@" + file}}, "", sent{"POST", "/", form,
			"{\r\n \"n\": 1\n}\n", 13}},
		{"a binary file loses line ends and nothing else", curl.Request{Method: "POST", Path: "/", Data: []string{"@" + binary}}, "",
			sent{"POST", "/", form, "\xff\xfe\x00\xc3x", 5}},
		{"stdin", curl.Request{Method: "PUT", Path: "/", Binary: []string{"@-"}}, "in\x00\xff\n", sent{"PUT", "/", form, "in\x00\xff\n", 5}},
		{"headers replace, repeat, empty and remove",
			curl.Request{Method: "GET", Path: "/", Headers: []string{"accept: text/plain", "X-A: 1", "x-a: 2", "X-Empty;", "User-Agent:"}}, "",
			sent{"GET", "/", http.Header{"Accept": {"text/plain"}, "X-A": {"1", "2"}, "X-Empty": {""}, "User-Agent": nil}, "", 0}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, send(t, test.request, test.stdin)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatCannotBeSentIsSaid(t *testing.T) {
	tests := []struct {
		name    string
		request curl.Request
		want    string
	}{
		{"no slash", curl.Request{Method: "GET", Path: "orders"}, `PATH must begin with a slash, as in /orders?page=2, got "orders"`},
		{"fragment", curl.Request{Method: "GET", Path: "/a#b"}, `PATH "/a#b": the part from the # on is never sent; remove it, or write %23`},
		{"escape", curl.Request{Method: "GET", Path: "/%zz"}, `PATH "/%zz": invalid URL escape "%zz"`},
		{"no method", curl.Request{Path: "/"}, "METHOD is empty; name one, such as GET"},
		{"method", curl.Request{Method: "G T", Path: "/"}, `METHOD "G T" is not one that HTTP can send`},
		{"header", curl.Request{Method: "GET", Path: "/", Headers: []string{"nothing"}}, `-H "nothing": a header is written as 'Name: value'`},
		{"header of two lines", curl.Request{Method: "GET", Path: "/", Headers: []string{"a: b\r\nc: d"}},
			`-H "a: b\r\nc: d": a header has one line`},
		{"no file", curl.Request{Method: "GET", Path: "/", Data: []string{"@/none"}}, "-d @/none: open /none: no such file or directory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.request.HTTP(t.Context(), "http://127.0.0.1:1", strings.NewReader(""))
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestNoteSaysThatJSONIsSentAsAForm(t *testing.T) {
	if got := (curl.Request{Data: []string{`{"a":1}`}}).Note(); !strings.Contains(got, "content-type: application/json") {
		t.Errorf("Note() = %q", got)
	}
	for _, r := range []curl.Request{
		{Data: []string{"a=1"}},
		{Data: []string{`{"a":1}`}, Headers: []string{"Content-Type: application/json"}},
	} {
		if got := r.Note(); got != "" {
			t.Errorf("Note() of %+v = %q, want none", r, got)
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestAnswerIsWrittenAsItCame(t *testing.T) {
	a := curl.Answer{Proto: "HTTP/1.1", StatusCode: 429, Header: http.Header{"Retry-After": {"5"}, "A": {"1", "2"}},
		Body: []byte("\x00\xffno\n")}
	for include, want := range map[bool]string{
		false: "\x00\xffno\n",
		true:  "HTTP/1.1 429 Too Many Requests\r\nA: 1\r\nA: 2\r\nRetry-After: 5\r\n\r\n\x00\xffno\n",
	} {
		var out strings.Builder
		if err := a.Write(&out, include); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("include %t (-want +got):\n%s", include, diff)
		}
	}
	if a.IsText() || !(curl.Answer{Body: []byte("grüße")}).IsText() {
		t.Error("IsText tells binary from text wrongly")
	}
	if err := a.Write(failing{}, false); err == nil {
		t.Error("a full disk is no error")
	}
}

// A terminal's next line begins on its own.
func TestAnswerIsShown(t *testing.T) {
	for body, want := range map[string]string{"": "", "no": "no\n", "no\n": "no\n"} {
		a, out := curl.Answer{Body: []byte(body)}, strings.Builder{}
		if err := a.Show(&out, false); err != nil || out.String() != want || string(a.Body) != body {
			t.Errorf("%q is shown as %q, %v, and is %q then", body, out.String(), err, a.Body)
		}
	}
}

// A record and a terminal hold text: bytes of ISO 8859-1 are not lost. A file gets them
// as they came.
func TestHeadersInLatin1(t *testing.T) {
	a := curl.Answer{Proto: "HTTP/1.1", StatusCode: 200, Header: http.Header{"X-Name": {"Ren\xe9"}}}
	if diff := cmp.Diff(http.Header{"X-Name": {"René"}}, a.Record().Headers); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
	r, _ := http.NewRequest("GET", "http://127.0.0.1/", nil)
	r.Header.Set("X-Name", "Ren\xe9")
	if diff := cmp.Diff(http.Header{"X-Name": {"René"}}, curl.RecordOf(r).Headers); diff != "" {
		t.Errorf("record of the request (-want +got):\n%s", diff)
	}
	var file, terminal strings.Builder
	if err := errors.Join(a.Write(&file, true), a.Show(&terminal, true)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(file.String(), "X-Name: Ren\xe9\r\n") || !strings.Contains(terminal.String(), "X-Name: René\r\n") {
		t.Errorf("file %q, terminal %q", file.String(), terminal.String())
	}
}

// zeros never end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestABodyOverTheLimitIsNotCut(t *testing.T) {
	for _, r := range []curl.Request{{Data: []string{"@-"}}, {Binary: []string{"@-"}}} {
		r.Method, r.Path = "POST", "/"
		_, err := r.HTTP(t.Context(), "http://127.0.0.1:1", zeros{})
		if err == nil || !strings.HasSuffix(err.Error(), " @-: the body is over 8 MB; the function URL takes 6 MB") {
			t.Errorf("got %v", err)
		}
	}
	whole := strings.Repeat("a", 8<<20)
	if got := send(t, curl.Request{Method: "POST", Path: "/", Data: []string{"@-"}}, whole); got.Length != 8<<20 {
		t.Errorf("a body at the limit: %d bytes", got.Length)
	}
}

func TestProblem(t *testing.T) {
	problem := http.Header{"Content-Type": {"application/problem+json; charset=utf-8"}}
	tests := []struct {
		name   string
		answer curl.Answer
		want   string
	}{
		{"RFC 9457", curl.Answer{StatusCode: 405, Header: problem, Body: []byte(`{"title":"Method not allowed","detail":"No DELETE."}`)},
			"405 Method not allowed: No DELETE."},
		{"without detail", curl.Answer{StatusCode: 429, Header: problem, Body: []byte(`{"title":"Busy"}`)}, "429 Busy"},
		{"broken", curl.Answer{StatusCode: 502, Header: problem, Body: []byte(`{`)}, "502 Bad Gateway"},
		{"of Lambda", curl.Answer{StatusCode: 413, Header: http.Header{}, Body: []byte(`{"Message":null}`)}, "413 Request Entity Too Large"},
	}
	for _, test := range tests {
		if got := test.answer.Problem(); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
