package cloud_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
)

// elsewhere is another host, which counts what reaches it.
func elsewhere(t *testing.T) (url string, requests *atomic.Int32) {
	t.Helper()
	requests = new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// TestAnswersThatAreNotAWSs: a portal, a gateway or a wrong endpoint is called
// that, and where it leads is not followed.
func TestAnswersThatAreNotAWSs(t *testing.T) {
	const own = "look at the proxy (HTTPS_PROXY); AWS_ENDPOINT_URL sends the calls to HERE: is it running there, or should the variable " +
		"not be set?"
	opened := func(*cloud.Cloud) error { return open(t) }
	tests := []struct {
		name   string
		status int
		header map[string]string
		body   string
		call   func(*cloud.Cloud) error
		want   string
	}{
		{"a redirect of CloudFormation's", 307, nil, "", createChangeSet,
			"CloudFormation CreateChangeSet: something that is not AWS answered 307; " + own},
		{"a redirect of STS's", 307, nil, "", opened,
			"asking AWS whose credentials these are: STS GetCallerIdentity: something that is not AWS answered 307; " + own},
		{"a redirect of S3's", 307, nil, "", headObject,
			"S3 HeadObject: something that is not AWS answered 307; " + own},
		{"a lasting redirect of S3's", 308, nil, "", headObject,
			"S3 HeadObject: something that is not AWS answered 308; " + own},
		{"a redirect to sign in", 302, nil, "<html>", validate,
			"Step Functions ValidateStateMachineDefinition: something that is not AWS answered 302; " + own},
		{"a page that forbids", 403, map[string]string{"Content-Type": "text/html"}, "<html>blocked</html>", createChangeSet,
			"CloudFormation CreateChangeSet: something that is not AWS answered 403; " + own},
		{"S3 itself redirects", 301, map[string]string{"x-amz-request-id": "1111-2222"}, "", headObject,
			"S3 HeadObject: MovedPermanently: Moved Permanently (request 1111-2222)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			to, reached := elsewhere(t)
			header := map[string]string{"Location": to}
			for name, value := range test.header {
				header[name] = value
			}
			answering(t, test.status, header, test.body)
			explains(t, test.call(loaded(t)), strings.ReplaceAll(test.want, "HERE", os.Getenv("AWS_ENDPOINT_URL")))
			if n := reached.Load(); n != 0 {
				t.Errorf("the redirect was followed %d times", n)
			}
		})
	}
}

// TestNotAWSWithoutAnEndpoint: where no variable names an address, the profile may.
func TestNotAWSWithoutAnEndpoint(t *testing.T) {
	answering(t, 307, nil, "")
	config := t.TempDir() + "/config"
	if err := os.WriteFile(config, []byte("[default]\nendpoint_url = "+os.Getenv("AWS_ENDPOINT_URL")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", config)
	os.Unsetenv("AWS_ENDPOINT_URL") // answering brings it back; set and empty it hides what a profile says
	explains(t, createChangeSet(loaded(t)), "CloudFormation CreateChangeSet: something that is not AWS answered 307; look at the proxy "+
		"(HTTPS_PROXY), or at AWS_ENDPOINT_URL and the profile's endpoint_url")
}

// TestWhatAWSSaysIsShownAsText: nothing in an answer acts on the terminal, or
// begins a line.
func TestWhatAWSSaysIsShownAsText(t *testing.T) {
	const evil = `\u001b[2J\u009b1A\u202e\u007f\r\nsfngen: all is well`
	tests := []struct{ name, code, message, want string }{
		{"a code", "Odd" + evil, "why", "Step Functions ValidateStateMachineDefinition: Odd [2J 1A    sfngen: why (request id 2J)"},
		{"a message", "ValidationException", "x" + evil, "Step Functions ValidateStateMachineDefinition: ValidationException: x [2J 1A   " +
			"sfngen: all is well (request id 2J)"},
		{"a refusal", "AccessDeniedException", `User: arn:x\u001b[2J is not authorized to perform: states:List\u001b[31mX on resource: a\u202eb`,
			"AWS denies states:List [31mX on a b to arn:x [2J: it gives no reason; https://github.com/sfngen/sfngen/blob/main/docs/deploy.md " +
				"has the policy that sfngen needs (request id 2J)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			answering(t, 400, map[string]string{"x-amzn-RequestId": "id\u009b2J", "Content-Type": "application/x-amz-json-1.0"},
				`{"__type":"`+test.code+`","message":"`+test.message+`"}`)
			explains(t, validate(loaded(t)), test.want)
		})
	}
}

// TestACallerThatIsNoText: the caller's ARN is said at the beginning of a deployment.
func TestACallerThatIsNoText(t *testing.T) {
	server := httptest.NewServer(fakeaws.STS("arn:aws:iam::123456789012:user/ada\u202e"))
	t.Cleanup(server.Close)
	fakeaws.Environment(t, server.URL)
	const want = `AWS says that these credentials are "arn:aws:iam::123456789012:user/ada\u202e", which is not an ARN`
	if err := open(t); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestPasswordsOfAddresses are not for the log of a pipeline, whether the address
// is a URL or nearly one.
func TestPasswordsOfAddresses(t *testing.T) {
	tests := []struct {
		name, endpoint string
		call           func(*cloud.Cloud) error
		want           string
	}{
		{"a URL", "http://ada:hunter2@" + closed, createChangeSet,
			closed + " cannot be reached: the connection is refused"},
		{"nearly a URL", "http://ada:hunter%zz@" + closed, createChangeSet,
			"there is no address for CloudFormation: Failed to parse uri: http://ada:xxxxx@" + closed + "; check the spelling of the region"},
		{"nearly a URL, for S3", "http://ada:hunter 2@" + closed, headObject,
			"S3 HeadObject: resolve auth scheme: resolve endpoint: endpoint rule error, Custom endpoint `http://ada:xxxxx@" + closed +
				"` was not a valid URI"},
		{"without a scheme", "ada:hunter2@" + closed, headObject,
			"S3 HeadObject: resolve auth scheme: resolve endpoint: endpoint rule error, Custom endpoint `ada:xxxxx@" + closed +
				"` was not a valid URI"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fakeaws.Environment(t, "")
			file := filepath.Join(t.TempDir(), "config")
			if err := os.WriteFile(file, []byte("[default]\nendpoint_url = "+test.endpoint+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			t.Setenv("AWS_CONFIG_FILE", file)
			explains(t, test.call(loaded(t)), test.want)
		})
	}
	const hint = "AWS_ENDPOINT_URL sends the calls to http://ada:xxxxx@"
	fakeaws.Environment(t, "http://ada:hunter2@"+closed)
	if err := cloud.Explain(createChangeSet(loaded(t))); !strings.Contains(err.Error(), hint+closed) ||
		strings.Contains(err.Error(), "hunter2") {
		t.Errorf("from the environment: %v", err)
	}
}
