package functionurl

import (
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Vectors of AWS's Signature Version 4 test suite, by their names there.
func TestCanonicalForms(t *testing.T) {
	for _, test := range []struct{ name, got, want string }{
		{"get-vanilla", canonicalPath("/"), "/"},
		{"get-slash-dot-slash", canonicalPath("/./"), "/"},
		{"get-slashes", canonicalPath("//example//"), "/example/"},
		{"get-relative-relative", canonicalPath("/example1/example2/../.."), "/"},
		{"get-space", canonicalPath("/example%20space/"), "/example%2520space/"},
		{"get-utf8", canonicalPath("/%E1%88%B4"), "/%25E1%2588%25B4"},
		{"get-vanilla-query-order-key-case", canonicalQuery("Param2=value2&Param1=value1"), "Param1=value1&Param2=value2"},
		{"get-vanilla-query-order-value", canonicalQuery("Param1=value2&Param1=value1"), "Param1=value1&Param1=value2"},
		{"get-vanilla-utf8-query", canonicalQuery("%E1%88%B4=bar"), "%E1%88%B4=bar"},
		{"a name without a value", canonicalQuery("b&a="), "a=&b="},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, test.got, test.want)
		}
	}
}

// get-vanilla of AWS's test suite, whose secret, time and signature are known.
func TestSignatureOfTheTestSuite(t *testing.T) {
	const secret, scope = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830/us-east-1/service/aws4_request"
	canonical := "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n" + hash(nil)
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", "20150830T123600Z", scope, hash([]byte(canonical))}, "\n")
	const want = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
	if got := sign(Door{Secret: secret}.key(scope), toSign); hex.EncodeToString(got) != want {
		t.Errorf("got %s, want %s", hex.EncodeToString(got), want)
	}
}

func TestWhatIsNotSignedRightIsRefused(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	door := Door{AccessKey: "AKIA", Secret: "secret", Region: "eu-central-1", Now: func() time.Time { return at },
		Next: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })}
	right := map[string]string{
		"X-Amz-Date":    "20260301T120000Z",
		"Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20260301/eu-central-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=",
	}
	for _, test := range []struct {
		name, header, value, want string
	}{
		{"nothing", "Authorization", "", "Forbidden."},
		{"another key", "Authorization", strings.Replace(right["Authorization"], "AKIA/", "ASIA/", 1), "security token"},
		{"another service", "Authorization", strings.Replace(right["Authorization"], "lambda", "s3", 1), "security token"},
		{"an old signature", "X-Amz-Date", "20260301T115400Z", "Signature expired"},
		{"a header that is not signed", "X-Amz-Meta", "1", "'x-amz-meta' must be"},
		{"another signature", "X-Other", "1", "does not match"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			for name, value := range right {
				r.Header.Set(name, value)
			}
			r.Header.Set(test.header, test.value)
			w := httptest.NewRecorder()
			door.ServeHTTP(w, r)
			if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), test.want) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}
