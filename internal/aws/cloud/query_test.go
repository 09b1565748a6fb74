package cloud

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws"
)

// A call of the Query protocol is a signed form; its answers are XML, also those of what
// is not AWS.
func TestQuery(t *testing.T) {
	var sent url.Values
	status, answer := http.StatusOK, ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // what is missing shows below
		sent = r.Form
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	defer server.Close()
	fakeaws.Environment(t, "")
	t.Setenv("AWS_ENDPOINT_URL_EC2", server.URL)
	config, err := Load(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &Cloud{Config: config, Region: config.Region, Partition: "aws"}
	call := QueryCall{ServiceID: "EC2", Service: "ec2", Operation: "DescribeVpcs", Version: "2016-11-15"}
	for name, tt := range map[string]struct {
		status       int
		answer, want string
	}{
		"an answer": {200, `<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><id>a</id></DescribeVpcsResponse>`, ""},
		"a refusal": {403, `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this ` +
			`operation.</Message></Error></Errors><RequestID>1</RequestID></Response>`,
			"AWS denies ec2:DescribeVpcs: You are not authorized to perform this operation; " + policyPage + " (request 1)"},
		"an encoded one": {403, `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this ` +
			`operation. Encoded authorization failure message: abc</Message></Error></Errors></Response>`,
			"AWS denies ec2:DescribeVpcs: the reason is encoded; aws sts decode-authorization-message --encoded-message abc decodes it"},
		"a proxy": {200, "<!doctype html>please sign in",
			"EC2 DescribeVpcs: something that is not AWS answered 200; look at the proxy (HTTPS_PROXY); AWS_ENDPOINT_URL_EC2 sends the calls to " +
				server.URL + ": is it running there, or should the variable not be set?"},
	} {
		t.Run(name, func(t *testing.T) {
			status, answer = tt.status, tt.answer
			var out struct {
				ID string `xml:"id"`
			}
			err := c.Query(t.Context(), call, url.Values{"MaxResults": {"100"}}, &out)
			got := ""
			if err != nil {
				got = Explain(err).Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if err == nil && out.ID != "a" {
				t.Errorf("read %q", out.ID)
			}
			if diff := cmp.Diff("Action=DescribeVpcs&MaxResults=100&Version=2016-11-15", sent.Encode()); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
		})
	}
}
