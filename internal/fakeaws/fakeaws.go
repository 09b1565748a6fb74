// Package fakeaws is AWS on loopback, for tests: each service is a small server
// that speaks the service's own protocol, so that what is tested goes through the
// real SDK. Each service has its own package below.
package fakeaws

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
)

// The account and region that the environment names.
const (
	Account = "123456789012"
	Region  = "eu-central-1"
	Caller  = "arn:aws:sts::123456789012:assumed-role/deployer/ada"
)

// scope finds the service in a request's signature (Signature Version 4).
var scope = regexp.MustCompile(`Credential=[^/]+/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request`)

// Serve starts one endpoint for the services, by the names that signatures have
// for them (s3, cloudformation, lambda, logs, states), and points the environment
// of the SDK to it, with credentials and Region. It knows sts without being told.
// A request to another service fails the test.
func Serve(t testing.TB, services map[string]http.Handler) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		match := scope.FindStringSubmatch(r.Header.Get("Authorization"))
		if match == nil {
			t.Errorf("%s %s is not signed", r.Method, r.URL)
			w.WriteHeader(http.StatusForbidden)
			return
		}
		handler, known := services[match[2]]
		switch {
		case known:
			handler.ServeHTTP(w, r)
		case match[2] == "sts":
			STS(Caller).ServeHTTP(w, r)
		default:
			t.Errorf("%s %s is for %s, which is not served", r.Method, r.URL, match[2])
			w.WriteHeader(http.StatusNotImplemented)
		}
	}))
	t.Cleanup(server.Close)
	Environment(t, server.URL)
	return server.URL
}

// Environment points the SDK to an endpoint, and away from everything that this
// machine has of AWS.
func Environment(t testing.TB, url string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL":                url,
		"AWS_ACCESS_KEY_ID":               "AKIAEXAMPLE",
		"AWS_SECRET_ACCESS_KEY":           "secret",
		"AWS_SESSION_TOKEN":               "",
		"AWS_REGION":                      Region,
		"AWS_DEFAULT_REGION":              "",
		"AWS_PROFILE":                     "",
		"AWS_CONFIG_FILE":                 "/dev/null",
		"AWS_SHARED_CREDENTIALS_FILE":     "/dev/null",
		"AWS_EC2_METADATA_DISABLED":       "true",
		"AWS_MAX_ATTEMPTS":                "1",
		"AWS_CA_BUNDLE":                   "",
		"AWS_ENDPOINT_URL_CLOUDFORMATION": "", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "",
		"AWS_ENDPOINT_URL_DYNAMODB": "", "AWS_ENDPOINT_URL_EC2": "", "AWS_ENDPOINT_URL_SERVICE_QUOTAS": "",
		"AWS_ENDPOINT_URL_LAMBDA": "", "AWS_ENDPOINT_URL_S3": "", "AWS_ENDPOINT_URL_SECRETS_MANAGER": "", "AWS_ENDPOINT_URL_SFN": "",
		"AWS_ENDPOINT_URL_SSM": "", "AWS_ENDPOINT_URL_STS": "", "NO_PROXY": "", "no_proxy": "",
		"HTTP_PROXY": "", "HTTPS_PROXY": "", "http_proxy": "", "https_proxy": "",
	} {
		t.Setenv(name, value)
	}
}
