package mockapi

import (
	"crypto/tls"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRequirements(t *testing.T) {
	t.Setenv("MOCK_KEY", "from the environment")
	header := func(text string) Requirement {
		r, err := ParseRequiredHeader(text)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	query, err := ParseRequiredQuery("api_key=a&b=c")
	if err != nil {
		t.Fatal(err)
	}
	all := []Requirement{header("authorization: Bearer one"), header("Authorization: Bearer two"), header("x-key:env:MOCK_KEY"), query}
	right := []string{"Authorization", "Bearer one", "X-Key", "from the environment"}
	for _, test := range []struct {
		name, target string
		fields       []string
		why          string // "": let through
	}{
		{"all", "/a?api_key=a%26b%3Dc", right, ""},
		{"the other of two values", "/a?api_key=a%26b%3Dc", []string{"Authorization", "Bearer two", "X-Key", "from the environment"}, ""},
		{"another value", "/a?api_key=a%26b%3Dc", []string{"Authorization", "Bearer three", "X-Key", "from the environment"},
			"header authorization has another value"},
		{"nothing", "/a", nil, "header authorization is missing"},
		{"one of them", "/a?api_key=a%26b%3Dc", []string{"Authorization", "Bearer one"}, "header x-key is missing"},
		{"another parameter", "/a?api_key=a", right, "parameter api_key has another value"},
		{"a parameter twice", "/a?api_key=a%26b%3Dc&api_key=x", right, "parameter api_key is there twice"},
	} {
		t.Run(test.name, func(t *testing.T) {
			api := mustNew(t, Config{Require: all, Script: Script{Steps: []Step{{Code: 204}}}}, newWorld().environment())
			got := mustCall(t, from(t, "127.0.0.1"), "GET", start(t, api)+test.target, "", test.fields...)
			want := 401
			if test.why == "" {
				want = 204
			}
			request := api.Requests()[0]
			if got.status != want || request.Why != test.why && test.why != "" || strings.Contains(request.Line(), "Bearer") {
				t.Errorf("%d %s, line %s, want %d %s", got.status, got.body, request.Line(), want, test.why)
			}
		})
	}
}

// A file that changes is a key that was rotated.
func TestRequiredFileIsReadAnew(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one\r\n")
	r, err := ParseRequiredHeader("x-key: file:" + file)
	if err != nil {
		t.Fatal(err)
	}
	api := mustNew(t, Config{Require: []Requirement{r}}, newWorld().environment())
	url, client := start(t, api), from(t, "127.0.0.1")
	for _, test := range []struct {
		file, sent string
		want       int
	}{{"one\n", "one", 200}, {"two", "one", 401}, {"two", "two", 200}, {"", "two", 401}, {"", "", 401}} {
		write(test.file)
		if got := mustCall(t, client, "GET", url, "", "X-Key", test.sent); got.status != test.want {
			t.Errorf("%+v: %d", test, got.status)
		}
	}
}

func TestErrorsOfRequirementsRepeatNoValue(t *testing.T) {
	const secret = "sk_live_1"
	for _, parse := range []func() error{
		func() error { _, err := ParseRequiredHeader(secret); return err },
		func() error { _, err := ParseRequiredHeader("a b: " + secret); return err },
		func() error { _, err := ParseRequiredHeader("x-key: file:/none/" + secret); return err },
		func() error { _, err := ParseRequiredHeader("x-key: env:" + secret); return err },
		func() error { _, err := ParseRequiredHeader("x-key:"); return err },
		func() error { _, err := ParseRequiredHeader("x-key: a\x01" + secret); return err },
		func() error { _, err := ParseRequiredQuery(secret); return err },
		func() error { _, err := ParseRequiredQuery("=" + secret); return err },
		func() error { _, err := ParseOAuth2(secret); return err },
		func() error { _, err := ParseOAuth2("=" + secret); return err },
		func() error { _, err := ParseOAuth2("id=file:/none/" + secret); return err },
	} {
		if err := parse(); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%v", err)
		}
	}
}

func TestClientCertificates(t *testing.T) {
	api := mustNew(t, Config{TLS: TLSGood, ClientCertificates: true}, newWorld().environment())
	other := mustNew(t, Config{TLS: TLSGood}, newWorld().environment())
	url := start(t, api)
	for name, test := range map[string]struct {
		issuer *API
		want   string
	}{
		"its own": {api, "200"}, "another authority's": {other, "remote error: tls:"}, "none": {nil, "remote error: tls: certificate required"},
	} {
		client := trusting(t, api, false)
		if test.issuer != nil {
			pem, err := test.issuer.NewClientCertificate()
			if err != nil {
				t.Fatal(err)
			}
			pair, err := tls.X509KeyPair(pem, pem)
			if err != nil {
				t.Fatal(err)
			}
			config := client.Transport.(*http.Transport).TLSClientConfig
			config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
		}
		if got := outcome(client, url); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if _, err := New(Config{ClientCertificates: true}, newWorld().environment()); err == nil {
		t.Error("client certificates without TLS pass")
	}
	if _, err := mustNew(t, Config{}, newWorld().environment()).NewClientCertificate(); err == nil {
		t.Error("a client certificate without an authority")
	}
}
