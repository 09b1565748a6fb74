package local_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/gen/plan"
)

const ownExposed = "location,retry-after,x-sfngen-attempts,x-sfngen-egress,x-sfngen-execution,x-sfngen-truncated"

// ofSignature are the headers of a request that a browser has signed.
const ofSignature = "authorization,x-amz-content-sha256,x-amz-date,x-amz-security-token"

// corsTable says of each setting what the template's function URL is made with, and
// what a browser therefore sees, of the template and of this machine alike.
var corsTable = []struct {
	field    string // of plan.CORS
	property string // of the template
	header   string // of an answer
	of       string // which answers have it: "both", "preflight" or "request"
	rows     []corsRow
}{
	{"Origins", "AllowOrigins", "Access-Control-Allow-Origin", "both", []corsRow{
		{"origins: ['https://app.example']", "https://app.example", "https://app.example"},
		{"origins: ['https://shop.example', 'https://app.example']", "https://shop.example,https://app.example", "https://app.example"},
		{"origins: ['https://*']", "https://*", "https://app.example"},
		{"origins: ['*']", "*", "*"},
		{"origins: ['https://shop.example']", "https://shop.example", ""},
	}},
	{"Methods", "AllowMethods", "Access-Control-Allow-Methods", "preflight", []corsRow{
		{someOrigin, "GET,PUT", "GET,PUT"}, // the upstream's, without OPTIONS
		{someOrigin + ", methods: [DELETE, HEAD]", "DELETE,HEAD", "DELETE,HEAD"},
		{someOrigin + ", methods: ['*']", "*", "*"},
	}},
	{"Headers", "AllowHeaders", "Access-Control-Allow-Headers", "preflight", []corsRow{
		{someOrigin, "accept,x-trace," + ofSignature, "accept,x-trace," + ofSignature}, // those that are forwarded or read
		{someOrigin + ", headers: [X-Own]", "x-own", "x-own"},
		{someOrigin + ", headers: ['*']", "*", "*"},
	}},
	{"ExposeHeaders", "ExposeHeaders", "Access-Control-Expose-Headers", "request", []corsRow{
		{someOrigin, ownExposed, ownExposed + " etag"}, // and what the API exposes itself
		{someOrigin + ", exposeHeaders: [X-Total-Count, location]", ownExposed + ",x-total-count", ownExposed + ",x-total-count"},
		{someOrigin + ", exposeHeaders: ['*']", ownExposed + ",*", ownExposed + ",*"},
	}},
	{"MaxAge", "MaxAge", "Access-Control-Max-Age", "preflight", []corsRow{
		{someOrigin, "0", ""},
		{someOrigin + ", maxAge: 90s", "90", "90"},
		{someOrigin + ", maxAge: 24h", "86400", "86400"},
	}},
	{"AllowCredentials", "AllowCredentials", "Access-Control-Allow-Credentials", "both", []corsRow{
		{someOrigin, "", ""},
		{someOrigin + ", allowCredentials: false", "", ""},
		{someOrigin + ", allowCredentials: true", "true", "true"},
	}},
}

const someOrigin = "origins: ['https://app.example']"

type corsRow struct {
	spec     string // below cors
	template string // the property; a list with commas
	seen     string // the header; values of several fields with spaces
}

// A browser may do here what it may do with the deployed function URL.
func TestCORSOfTheTemplateAndOfThisMachine(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" {
			t.Error("the API sees the page's origin")
		}
		w.Header().Set("Access-Control-Expose-Headers", "etag")
		w.Header().Set("Access-Control-Allow-Origin", "https://other.example")
		w.Header().Set("Access-Control-Allow-Credentials", "false")
		w.Header().Set("Access-Control-Max-Age", "1")
	}))
	t.Cleanup(api.Close)
	for _, setting := range corsTable {
		for _, row := range setting.rows {
			t.Run(setting.field+"/"+row.spec, func(t *testing.T) {
				specText := corsSpec(row.spec)
				if got := templateCORS(t, specText)[setting.property]; got != row.template {
					t.Errorf("%s in the template is %q, want %q", setting.property, got, row.template)
				}
				r := run(t, specText, api.URL)
				for _, kind := range []string{"preflight", "request"} {
					want := row.seen
					if setting.of != "both" && setting.of != kind {
						want = ""
					}
					if got := strings.Join(r.browser(kind).header.Values(setting.header), " "); got != want {
						t.Errorf("%s of a %s is %q, want %q", setting.header, kind, got, want)
					}
				}
			})
		}
	}
}

// TestCORSTableIsWhole: no setting is in the template, or on this machine, that the
// table does not have.
func TestCORSTableIsWhole(t *testing.T) {
	var fields, properties, known, inTemplate []string
	for i := range reflect.TypeFor[plan.CORS]().NumField() {
		fields = append(fields, reflect.TypeFor[plan.CORS]().Field(i).Name)
	}
	for _, setting := range corsTable {
		known, properties = append(known, setting.field), append(properties, setting.property)
	}
	for property := range templateCORS(t, corsSpec(someOrigin+", allowCredentials: true")) {
		inTemplate = append(inTemplate, property)
	}
	slices.Sort(properties)
	slices.Sort(inTemplate)
	if diff := cmp.Diff(known, fields); diff != "" {
		t.Errorf("fields of plan.CORS (-table +plan):\n%s", diff)
	}
	if diff := cmp.Diff(properties, inTemplate); diff != "" {
		t.Errorf("properties (-table +template):\n%s", diff)
	}
}

func corsSpec(cors string) string {
	return `version: 1
name: browsers
upstream: {url: 'https://api.example', methods: [GET, PUT, OPTIONS], forwardHeaders: [accept, x-trace]}
retry: {maxAttempts: 2}
triggers: {functionUrl: {cors: {` + cors + `}}}
`
}

// templateCORS are the properties of Cors as text.
func templateCORS(t *testing.T, specText string) map[string]string {
	t.Helper()
	var template struct {
		Resources struct {
			FunctionURL struct {
				Properties struct {
					Cors map[string]any `yaml:"Cors"`
				} `yaml:"Properties"`
			} `yaml:"FunctionUrl"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(stackOf(t, specText, "").File("template.yaml"), &template); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for property, value := range template.Resources.FunctionURL.Properties.Cors {
		texts[property] = strings.Trim(strings.ReplaceAll(fmt.Sprint(value), " ", ","), "[]")
	}
	return texts
}

// browser sends what a browser sends for a page of https://app.example.
func (r *rig) browser(kind string) answer {
	if kind == "preflight" {
		return r.call("OPTIONS", "/", "", "Origin", "https://app.example", "Access-Control-Request-Method", "PUT")
	}
	return r.call("GET", "/", "", "Origin", "https://app.example")
}
