package egress

import (
	"net/http"
	"testing"
)

func TestParametersOfEveryCall(t *testing.T) {
	version := map[string]string{"api-version": "2024-02-01"}
	tests := []struct {
		name  string
		fixed map[string]string
		query string // of the request
		want  string
	}{
		{"nothing is fixed", nil, "a=1&&b;c&", "a=1&&b;c&"},
		{"no query", version, "", "api-version=2024-02-01"},
		{"after the caller's", version, "a=1&b=2", "a=1&b=2&api-version=2024-02-01"},
		{"several, by name", map[string]string{"b": "2", "a": "1", "C": "3"}, "x=0", "x=0&C=3&a=1&b=2"},
		{"the caller's loses", version, "a=1&api-version=1999&b=2", "a=1&b=2&api-version=2024-02-01"},
		{"the first", version, "api-version=1999&b=2", "b=2&api-version=2024-02-01"},
		{"the last", version, "a=1&api-version=1999", "a=1&api-version=2024-02-01"},
		{"the only one", version, "api-version=1999", "api-version=2024-02-01"},
		{"repeated", version, "api-version=1&a=1&api-version=2&api-version", "a=1&api-version=2024-02-01"},
		{"escaped", version, "%61pi%2Dversion=1&a=%62", "a=%62&api-version=2024-02-01"},
		{"without a value", version, "api-version&a", "a&api-version=2024-02-01"},
		{"another case is another name", version, "API-Version=1", "API-Version=1&api-version=2024-02-01"},
		{"a longer name is another name", version, "api-version2=1&x-api-version=2", "api-version2=1&x-api-version=2&api-version=2024-02-01"},
		{"as a value it stays", version, "q=api-version%3D1&r=api-version=1", "q=api-version%3D1&r=api-version=1&api-version=2024-02-01"},
		{"after a semicolon", version, "a=1;api-version=1;c=3&b=2", "a=1;c=3&b=2&api-version=2024-02-01"},
		{"escaped twice is another name", version, "%2561pi-version=1", "%2561pi-version=1&api-version=2024-02-01"},
		{"the rest stays as it is", version, "&&a=%7e+x&=&?=/&z[]=1&", "&&a=%7e+x&=&?=/&z[]=1&api-version=2024-02-01"},
		{"what went before leaves no separator", version, "api-version=1&&a=1", "a=1&api-version=2024-02-01"},
		{"brackets", map[string]string{"a[]": "0"}, "a[]=1&a%5B%5D=2&a=3&a[1]=4", "a=3&a[1]=4&a[]=0"},
		{"a space in a name", map[string]string{"a b": "0"}, "a+b=1&a%20b=2&ab=3", "ab=3&a%20b=0"},
		{"escaped once", map[string]string{"q&=+#": "50% & ü;+#=%41"}, "", "q%26%3D%2B%23=50%25%20%26%20%C3%BC%3B%2B%23%3D%2541"},
		{"what means itself", map[string]string{"$filter": "a,b:c/d?e@f!(g)*~h_i.j"}, "", "$filter=a,b:c/d?e@f!(g)*~h_i.j"},
		{"an empty value", map[string]string{"flag": ""}, "a=1", "a=1&flag="},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			url, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.URL.RawQuery })
			l, in := newLab(url), first("GET")
			l.Query = test.fixed
			in.Input.Request.Query = test.query
			if _, failed := handle(t, l.build(t), in); failed != nil {
				t.Fatal(failed.failure.Reason)
			}
			diff(t, "query", test.want, got)
		})
	}
}
