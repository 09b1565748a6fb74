package spec_test

import (
	"testing"

	"github.com/sfngen/sfngen/spec"
)

func TestOverrideUpstream(t *testing.T) {
	const text = "version: 1\nname: orders\nupstream: {url: 'https://api.example/v1'}\nretry: {maxAttempts: 1}\n"
	tests := []struct{ url, want string }{
		{"http://127.0.0.1:8429/v2", ""},
		{"https://staging.example", ""},
		{"127.0.0.1:8429", `"127.0.0.1:8429" must begin with http:// or https://; write http://127.0.0.1:8429`},
		{"localhost:8429/v2", `"localhost:8429/v2" must begin with http:// or https://; write http://localhost:8429/v2`},
		{"//host", `"//host" must begin with http:// or https://; write http://host`},
		{"", `"" must begin with http:// or https://`},
		{"ftp://host", `"ftp://host" must begin with http:// or https://`},
		{"http://[::1", `"http://[::1" is not a URL: missing ']' in host`},
		{"http://", `"http://" has no host; write it as in https://api.acme.example/v1`},
		{"http://a/?q=1", `"http://a/?q=1" holds a query; write its parameters in upstream.query, which goes out with every call`},
	}
	for _, test := range tests {
		file, findings := spec.Parse("spec.yaml", []byte(text))
		if spec.HasErrors(findings) {
			t.Fatal(findings)
		}
		var err error
		changed := file.With(func(s *spec.Spec) { err = s.OverrideUpstream(test.url) }).Spec()
		switch {
		case test.want != "":
			if err == nil || err.Error() != test.want {
				t.Errorf("%s: got %v, want %s", test.url, err, test.want)
			}
			if changed.Upstream.URL != "https://api.example/v1" || changed.Upstream.AllowPrivate {
				t.Errorf("%s: the spec has changed in spite of the error: %+v", test.url, changed.Upstream)
			}
		case err != nil:
			t.Errorf("%s: %v", test.url, err)
		case changed.Upstream.URL != test.url || !changed.Upstream.AllowPrivate:
			t.Errorf("%s: %+v", test.url, changed.Upstream)
		}
		if before := file.Spec().Upstream; before.URL != "https://api.example/v1" || before.AllowPrivate {
			t.Errorf("%s: the file itself has changed: %+v", test.url, before)
		}
	}
}
