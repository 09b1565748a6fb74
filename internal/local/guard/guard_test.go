package guard

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

// door lets everyone in who is not kept out.
func door(origins []string) Door {
	return Door{
		Name: "this URL", Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
		Allows: func(origin string) bool { return slices.Contains(origins, origin) || slices.Contains(origins, "*") },
	}
}

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
			handler := door(test.origins).guarded("127.0.0.1:8420")
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
		{"by name, in capitals and with the dot of a complete name", "127.0.0.1:8420", "LocalHost.:8420", "", nil, 200},
		{"IPv6 without a port", "[::1]:8420", "[::1]", "", nil, 200},
		{"HTTP/1.0 without a host", "127.0.0.1:8420", "", "", nil, 200},
		{"a page of this machine", "127.0.0.1:8420", "127.0.0.1:8420", "http://localhost:3000", nil, 200},
		{"a page of others", "127.0.0.1:8420", "127.0.0.1:8420", "https://evil.example", nil, 403},
		{"a page without its own origin", "127.0.0.1:8420", "127.0.0.1:8420", "null", nil, 403},
		{"a page whose name begins as ours", "127.0.0.1:8420", "127.0.0.1:8420", "http://127.0.0.1.evil.example", nil, 403},
		{"a page that only calls itself local", "127.0.0.1:8420", "127.0.0.1:8420", "127.0.0.1", nil, 403},
		{"a page that the spec names", "127.0.0.1:8420", "127.0.0.1:8420", "https://shop.example", []string{"https://shop.example"}, 200},
		{"any page, if the spec says so", "127.0.0.1:8420", "127.0.0.1:8420", "https://evil.example", []string{"*"}, 200},
		{"a name that leads here", "127.0.0.1:8420", "evil.example:8420", "", nil, 421},
		{"a name that looks like ours", "127.0.0.1:8420", "localhost.evil.example:8420", "", nil, 421},
		{"a name, listening beyond loopback", "0.0.0.0:8420", "host.docker.internal:8420", "", nil, 200},
		{"a page of others, listening beyond loopback", "0.0.0.0:8420", "10.0.0.1:8420", "https://evil.example", nil, 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			handler := door(test.origins).guarded(test.listen)
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

// Behind one Origin another one must not hide.
func TestEveryOriginHasToBeAllowed(t *testing.T) {
	for _, origins := range [][]string{
		{"http://localhost:3000", "https://evil.example"},
		{"", "https://evil.example"},
		{"http://localhost:3000", " ", "https://evil.example"},
	} {
		request := httptest.NewRequest("POST", "http://127.0.0.1:8420/orders", nil)
		request.Header["Origin"] = origins
		recorder := httptest.NewRecorder()
		door(nil).guarded("127.0.0.1:8420").ServeHTTP(recorder, request)
		if recorder.Code != 403 {
			t.Errorf("%q: %d, want 403", origins, recorder.Code)
		}
	}
}

// An API for tests is called by egresses, which may forward the Origin of their callers.
func TestAForwardedOriginIsNoPage(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string // of the header: name, value
		want  int
	}{
		{"an egress", []string{"Origin", "https://shop.example", "User-Agent", "sfngen-egress"}, 200},
		{"a program without a name", []string{"Origin", "https://shop.example"}, 200},
		{"a browser", []string{"Origin", "https://shop.example", "User-Agent", "Mozilla/5.0"}, 403},
		{"one that has another name", []string{"Origin", "https://shop.example", "User-Agent", "x", "Sec-Fetch-Site", "cross-site"}, 403},
		{"an image in a page", []string{"User-Agent", "Mozilla/5.0", "Sec-Fetch-Site", "cross-site"}, 403},
		{"a page of this machine", []string{"Origin", "http://localhost:3000", "User-Agent", "Mozilla/5.0"}, 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := door(nil)
			d.Forwarded = true
			request := httptest.NewRequest("POST", "http://127.0.0.1:8429/orders", nil)
			for i := 0; i < len(test.lines); i += 2 {
				request.Header.Set(test.lines[i], test.lines[i+1])
			}
			recorder := httptest.NewRecorder()
			d.guarded("127.0.0.1:8429").ServeHTTP(recorder, request)
			if recorder.Code != test.want {
				t.Errorf("%d %s, want %d", recorder.Code, recorder.Body, test.want)
			}
		})
	}
}
