package invoke

import (
	"net/url"
	"testing"
)

// What goes out has one reading, whoever unescapes it before it is checked.
func TestExact(t *testing.T) {
	for _, test := range []struct{ name, target, want string }{
		{"plain", "/orders?page=2", "/orders?page=2"},
		{"root", "/", "/"},
		{"an escaped slash stays escaped", "/a%2fb/c", "/a%2Fb/c"},
		{"unreserved characters are not escaped", "/%41-%2E_~", "/A-._~"},
		{"reserved characters are", "/v1/me:go;a=1,2/(x)!*'@&+$", "/v1/me%3Ago%3Ba%3D1%2C2/%28x%29%21%2A%27%40%26%2B%24"},
		{"a space and unicode", "/grüße an/ä", "/gr%C3%BC%C3%9Fe%20an/%C3%A4"},
		{"a percent sign that was escaped", "/100%25", "/100%25"},
		{"empty segments stay", "//a//b/", "//a//b/"},
		{"order, repeats and empty values stay", "/?b=2&a=1&b=1&flag&none=", "/?b=2&a=1&b=1&flag&none="},
		{"a plus is a space, an escaped one is not", "/?q=a+b%2Bc", "/?q=a%20b%2Bc"},
		{"reserved characters of a query", "/?filter[a]=x/y?z&t=1:2;3=4", "/?filter%5Ba%5D=x%2Fy%3Fz&t=1%3A2%3B3%3D4"},
		{"unicode in a query", "/?name=ü&%c3%a4=1", "/?name=%C3%BC&%C3%A4=1"},
		{"nothing between two ampersands", "/?a=1&&b=2&", "/?a=1&b=2"},
		{"what is no escape", "/?a=100%&b=%zz", "/?a=100%25&b=%25zz"},
	} {
		t.Run(test.name, func(t *testing.T) {
			u, err := url.Parse("https://url.example" + test.target)
			if err != nil {
				t.Fatal(err)
			}
			once := exact(*u)
			if got := once.RequestURI(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if twice := exact(once); twice.RequestURI() != once.RequestURI() {
				t.Errorf("a second time gives %s", twice.RequestURI())
			}
		})
	}
}

func TestNormalized(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "//": "/", "/a//b/": "/a/b/", "/a/./b/../c": "/a/c", "/../a": "/a", "/a/..": "/", "/%2F/a": "/%2F/a",
	} {
		if got := normalized(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}
