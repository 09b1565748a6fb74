package guard

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seen is what the handler behind a door gets of a request.
func seen(out http.ResponseWriter, in *http.Request) {
	fmt.Fprintf(out, "%s %s %s %v", in.RequestURI, in.URL.Path, in.URL.RawPath, in.Header["X-Key"])
}

func TestKey(t *testing.T) {
	key := NewKey()
	secret, other := key.Secret(), NewKey().Secret()
	for _, test := range []struct {
		name    string
		carrier Carrier
		target  string
		header  string
		want    string // "": refused
	}{
		{"header", InHeader("X-Key"), "/a", secret, "/a /a  []"},
		{"header, none", InHeader("X-Key"), "/a", "", ""},
		{"header of another run", InHeader("X-Key"), "/a", other, ""},
		{"header, half a key", InHeader("X-Key"), "/a", secret[:10], ""},
		{"header, and the key in the path", InHeader("X-Key"), "/" + secret, "", ""},
		{"query", InQuery("key"), "/?key=" + secret, "", "/?key=" + secret + " /  []"},
		{"query, none", InQuery("key"), "/?key=", "", ""},
		{"query of another run", InQuery("key"), "/?key=" + other, "", ""},
		{"path", InPath, "/" + secret + "/a/b?c=d", "", "/a/b?c=d /a/b  []"},
		{"path with escapes", InPath, "/" + secret + "/a%2Fb", "", "/a%2Fb /a/b /a%2Fb []"},
		{"path, the root", InPath, "/" + secret, "", "/ /  []"},
		{"path, nothing", InPath, "/", "", ""},
		{"path, none", InPath, "/a/b", "", ""},
		{"path of another run", InPath, "/" + other + "/a", "", ""},
		{"path, the key behind an empty segment", InPath, "//" + secret + "/a", "", ""},
		{"path, and the key in a header", InPath, "/a", secret, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := httptest.NewRequest("GET", test.target, nil)
			request.Host = "127.0.0.1:1"
			if test.header != "" {
				request.Header.Set("X-Key", test.header)
			}
			recorder := httptest.NewRecorder()
			d := Door{Name: "this API", Handler: http.HandlerFunc(seen), Key: key, Carrier: test.carrier}
			d.guarded("127.0.0.1:1").ServeHTTP(recorder, request)
			want, status := " "+test.want, 200
			if test.want == "" {
				want, status = " this API answers to the sfngen that opened it, and to nobody else\n", 403
			}
			if diff := cmp.Diff(fmt.Sprintf("%d%s", status, want), fmt.Sprintf("%d %s", recorder.Code, recorder.Body)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// Who has the key still may be a browser that somebody made send it.
func TestKeyOpensNoDoorToAPage(t *testing.T) {
	key := NewKey()
	d := Door{Name: "this API", Handler: http.HandlerFunc(seen), Key: key, Carrier: InHeader("X-Key")}
	for name, change := range map[string]func(*http.Request){
		"foreign host":   func(r *http.Request) { r.Host = "evil.example:1" },
		"foreign origin": func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
	} {
		request := httptest.NewRequest("GET", "http://127.0.0.1:1/", nil)
		request.Header.Set("X-Key", key.Secret())
		change(request)
		recorder := httptest.NewRecorder()
		d.guarded("127.0.0.1:1").ServeHTTP(recorder, request)
		if recorder.Code < 400 {
			t.Errorf("%s: %d %s", name, recorder.Code, recorder.Body)
		}
	}
}

func TestKeysDifferAndAreNotPrinted(t *testing.T) {
	one, two := NewKey(), NewKey()
	if one == two || len(one.Secret()) < 26 {
		t.Errorf("keys %q and %q", one.Secret(), two.Secret())
	}
	for _, form := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if text := fmt.Sprintf(form, struct{ K Key }{one}); strings.Contains(text, one.Secret()) {
			t.Errorf("%s prints it: %s", form, text)
		}
	}
}

func TestServerAnswersOptionsOfAll(t *testing.T) {
	server, err := Open("127.0.0.1:0", Door{Name: "this API", Handler: http.HandlerFunc(seen)})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close(t.Context())
	response, err := http.Get("http://" + server.Address() + "/a")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); string(body) != "/a /a  []" {
		t.Errorf("answer %s", body)
	}
}
