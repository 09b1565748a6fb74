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

func TestOverrideTokenURL(t *testing.T) {
	const plain = "version: 1\nname: orders\nupstream: {url: 'https://api.example/v1'}\nretry: {maxAttempts: 1}\n"
	const keyed = "version: 1\nname: orders\nretry: {maxAttempts: 1}\nupstream:\n  url: https://api.example/v1\n" +
		"  credentials: {oauth2: {tokenUrl: 'https://id.example/token', clientId: orders, clientSecret: {secret: a}}}\n"
	tests := []struct{ text, url, want string }{
		{keyed, "http://127.0.0.1:8429/token", ""},
		{keyed, "https://staging.example/token?tenant=a", ""},
		{keyed, "127.0.0.1:8429/token", `"127.0.0.1:8429/token" must begin with http:// or https://; write http://127.0.0.1:8429/token`},
		{keyed, "http://staging.example/token",
			`"http://staging.example/token" is not encrypted: the client's secret would travel in the open; write https://`},
		{plain, "http://127.0.0.1:8429/token", "the spec has no upstream.credentials.oauth2, so nobody asks for a token"},
	}
	for _, test := range tests {
		file, findings := spec.Parse("spec.yaml", []byte(test.text))
		if spec.HasErrors(findings) {
			t.Fatal(findings)
		}
		var err error
		changed := file.With(func(s *spec.Spec) { err = s.OverrideTokenURL(test.url) }).Spec()
		switch o := changed.Upstream.Credentials.OAuth2; {
		case test.want != "":
			if err == nil || err.Error() != test.want {
				t.Errorf("%s: got %v, want %s", test.url, err, test.want)
			}
		case err != nil:
			t.Errorf("%s: %v", test.url, err)
		case o.TokenURL != test.url || !changed.Upstream.AllowPrivate:
			t.Errorf("%s: %+v", test.url, o)
		}
		if o := file.Spec().Upstream.Credentials.OAuth2; o != nil && o.TokenURL != "https://id.example/token" {
			t.Errorf("%s: the file itself has changed: %+v", test.url, o)
		}
	}
}

// Credentials go to this machine without TLS, and to no other one.
func TestOverrideUpstreamOfCredentials(t *testing.T) {
	const text = "version: 1\nname: orders\nretry: {maxAttempts: 1}\nupstream:\n  url: https://api.example/v1\n" +
		"  credentials: {headers: {x-api-key: {secret: a}}}\n"
	const open = " is http: anyone on the way could read what upstream.credentials sends; write https://"
	for url, want := range map[string]string{
		"http://127.0.0.1:8429": "", "http://localhost:8429": "", "http://[::1]:8429": "", "https://staging.example": "",
		"http://staging.example": `"http://staging.example"` + open,
		"http://10.0.0.7/v2":     `"http://10.0.0.7/v2"` + open,
	} {
		file, _ := spec.Parse("spec.yaml", []byte(text))
		got := ""
		file.With(func(s *spec.Spec) {
			if err := s.OverrideUpstream(url); err != nil {
				got = err.Error()
			}
		})
		if got != want {
			t.Errorf("%s: got %q, want %q", url, got, want)
		}
	}
}
