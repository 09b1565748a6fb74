package local

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestPagesOfOthersMayNotCall(t *testing.T) {
	tests := []struct {
		name, listen, host, origin string
		origins                    []string
		want                       int
	}{
		{"a program", "127.0.0.1:8420", "127.0.0.1:8420", "", nil, 200},
		{"by name", "127.0.0.1:8420", "localhost:8420", "", nil, 200},
		{"over IPv6", "[::1]:8420", "[::1]:8420", "", nil, 200},
		{"IPv6 without a port", "[::1]:8420", "[::1]", "", nil, 200},
		{"HTTP/1.0 without a host", "127.0.0.1:8420", "", "", nil, 200},
		{"a page of this machine", "127.0.0.1:8420", "127.0.0.1:8420", "http://localhost:3000", nil, 200},
		{"a page of others", "127.0.0.1:8420", "127.0.0.1:8420", "https://evil.example", nil, 403},
		{"a page without an origin of its own", "127.0.0.1:8420", "127.0.0.1:8420", "null", nil, 403},
		{"a page that the spec names", "127.0.0.1:8420", "127.0.0.1:8420", "https://shop.example", []string{"https://shop.example"}, 200},
		{"any page, if the spec says so", "127.0.0.1:8420", "127.0.0.1:8420", "https://evil.example", []string{"*"}, 200},
		{"a name that leads here", "127.0.0.1:8420", "evil.example:8420", "", nil, 421},
		{"a name that looks like ours", "127.0.0.1:8420", "localhost.evil.example:8420", "", nil, 421},
		{"a name, listening beyond loopback", "0.0.0.0:8420", "host.docker.internal:8420", "", nil, 200},
		{"a page of others, listening beyond loopback", "0.0.0.0:8420", "10.0.0.1:8420", "https://evil.example", nil, 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			handler := guarded(test.listen, test.origins, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			request := httptest.NewRequest("POST", "/orders", nil)
			request.Host = test.host
			if test.origin != "" {
				request.Header.Set("Origin", test.origin)
			}
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, request)
			if recorder.Code != test.want {
				t.Errorf("%d %s, want %d", recorder.Code, recorder.Body, test.want)
			}
		})
	}
}
