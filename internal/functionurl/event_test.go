package functionurl_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/functionurl"
)

// event is that of a request, as a function reads it. The tests of
// internal/local/functionurl have requests as they come over a connection.
func event(t *testing.T, r *http.Request, body []byte) events.LambdaFunctionURLRequest {
	t.Helper()
	var e events.LambdaFunctionURLRequest
	payload := functionurl.Event{RequestID: "id-1", Now: time.Unix(1795428000, 0)}.Payload(r, body)
	if err := json.Unmarshal(payload, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestWhatTheFrontEndAdds(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = "url-1.example:443"
	got := event(t, r, nil).RequestContext
	if got.AccountID != "anonymous" || got.DomainName != "url-1.example" || got.APIID != "url-1" || got.RequestID != "id-1" {
		t.Errorf("account %q, domain %q, API %q, request %q", got.AccountID, got.DomainName, got.APIID, got.RequestID)
	}
}

func TestQueryStringParameters(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RequestURI = "/?a=%2F&b&a=x+y&=c&d=%zz&e=1;2"
	got := event(t, r, nil)
	if diff := cmp.Diff(map[string]string{"a": "/,x y", "b": "", "": "c", "d": "%zz", "e": "1;2"}, got.QueryStringParameters); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
}

func TestBody(t *testing.T) {
	for _, test := range []struct {
		name, contentType, body, want string
		base64                        bool
	}{
		{"JSON", "application/json; charset=utf-8", `{"a":"ä"}`, `{"a":"ä"}`, false},
		{"text", "TEXT/Plain", "a\x00b", "a\x00b", false},
		{"problem JSON", "application/problem+json", "{}", "{}", false},
		{"SVG", "image/svg+xml", "<svg/>", "<svg/>", false},
		{"text that is none", "text/plain", "\xff", "/w==", true},
		{"a form", "application/x-www-form-urlencoded", "a=b", "YT1i", true},
		{"multipart", "multipart/form-data; boundary=x", "--x--", "LS14LS0=", true},
		{"bytes", "application/octet-stream", "text", "dGV4dA==", true},
		{"no type", "", "text", "dGV4dA==", true},
		{"an unreadable type", "/", "text", "dGV4dA==", true},
		{"no body", "application/octet-stream", "", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			r.Header.Set("Content-Type", test.contentType)
			got := event(t, r, []byte(test.body))
			if got.Body != test.want || got.IsBase64Encoded != test.base64 {
				t.Errorf("got %q, base64 %v; want %q, %v", got.Body, got.IsBase64Encoded, test.want, test.base64)
			}
		})
	}
}
