package local

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// Without an Origin a browser still says where a request comes from.
func TestImagesAndLinksOfOthersMayNotCall(t *testing.T) {
	tests := []struct {
		name, site, referer string
		origins             []string
		want                int
	}{
		{"a program", "", "", nil, 200},
		{"typed by a person", "none", "", nil, 200},
		{"the same site", "same-origin", "http://127.0.0.1:8420/", nil, 200},
		{"an image of others", "cross-site", "http://evil.example/", nil, 403},
		{"that do not say who they are", "cross-site", "", nil, 403},
		{"a link of this machine", "cross-site", "http://localhost:3000/page", nil, 200},
		{"a link of a page that the spec names", "cross-site", "https://shop.example/cart?x=1", []string{"https://shop.example"}, 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			handler := guarded("127.0.0.1:8420", test.origins, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			request := httptest.NewRequest("GET", "/orders", nil)
			request.Host = "127.0.0.1:8420"
			request.Header.Set("Sec-Fetch-Site", test.site)
			request.Header.Set("Referer", test.referer)
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, request)
			if recorder.Code != test.want {
				t.Errorf("%d %s, want %d", recorder.Code, recorder.Body, test.want)
			}
		})
	}
}

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
		{"a page without its own origin", "127.0.0.1:8420", "127.0.0.1:8420", "null", nil, 403},
		{"a page that the spec names", "127.0.0.1:8420", "127.0.0.1:8420", "https://shop.example", []string{"https://shop.example"}, 200},
		{"a page that a pattern of the spec names", "127.0.0.1:8420", "127.0.0.1:8420", "https://shop.example", []string{"https://*"}, 200},
		{"a page that no pattern names", "127.0.0.1:8420", "127.0.0.1:8420", "http://shop.example", []string{"https://*"}, 403},
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
