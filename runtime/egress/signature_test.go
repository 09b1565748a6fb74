package egress

import (
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestARefusedSignatureIsSaid(t *testing.T) {
	tests := []struct {
		name, header, value string
		status              int
		want                string // what it is signed by; "" for nothing
	}{
		{"AWS", "authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20260301/eu-west-1/s3/aws4_request, Signature=ab", 403, "AWS4-HMAC-SHA256"},
		{"Google", "authorization", "GOOG4-RSA-SHA256 Credential=a", 403, "GOOG4-RSA-SHA256"},
		{"HTTP Signatures", "authorization", `Signature keyId="a",signature="b"`, 401, "Signature"},
		{"RFC 9421", "signature-input", "sig1=();created=1618884473", 401, "signature-input"},
		{"DPoP", "dpop", "eyJ0", 401, "dpop"},
		{"OAuth 1", "authorization", `OAuth oauth_consumer_key="a", oauth_signature="b"`, 401, "OAuth"},
		{"Azure App Configuration", "authorization", "HMAC-SHA256 Credential=a&SignedHeaders=x-ms-date;host&Signature=b", 401, "HMAC-SHA256"},
		{"a gateway's HMAC", "authorization", `hmac username="a", headers="date request-line", signature="b"`, 403, "hmac"},
		{"Digest", "authorization", `Digest username="a", nonce="b", uri="/orders", nc=00000001`, 401, "Digest"},
		{"object storage", "authorization", "OSS key:signature", 403, "OSS"},
		{"a token that calls itself OAuth", "authorization", "OAuth 0a1b", 401, ""},
		{"a bearer token", "authorization", "Bearer a-hmac-b", 401, ""},
		{"basic", "authorization", "Basic YTpi", 401, ""},
		{"no refusal", "authorization", "Hawk id=1", 404, ""},
		{"a header that does not pass", "signature", "sig1=:a:", 401, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, answering(test.status, ""))
			l, in := newLab(url), first("GET")
			l.ForwardHeaders = []string{"authorization", "signature-input", "dpop"}
			in.Input.Request.Headers = map[string]string{test.header: test.value}
			reason := mustFail(t, l.build(t), in).failure.Reason
			_, note, _ := strings.Cut(reason, "the caller's signature (")
			by, _, _ := strings.Cut(note, ")")
			diff(t, "signed by", test.want, by)
			if strings.Contains(reason, "AKIA") {
				t.Errorf("the reason quotes the header: %s", reason)
			}
		})
	}
}

// What the spec fixes goes out in place of the caller's.
func TestASignatureThatTheSpecReplaces(t *testing.T) {
	url, _ := serve(t, answering(403, ""))
	l, in := newLab(url), first("GET")
	l.ForwardHeaders, l.Headers = []string{"authorization"}, map[string]string{"authorization": "Bearer a"}
	in.Input.Request.Headers = map[string]string{"authorization": "Hawk id=1"}
	failed := mustFail(t, l.build(t), in)
	diff(t, "name", contract.ErrRejected, failed.name)
	diff(t, "reason", "403 Forbidden", failed.failure.Reason)
}

// A field that is renamed is not signed for the function URL.
func TestARefusedSignatureUnderAnotherName(t *testing.T) {
	url, _ := serve(t, answering(403, ""))
	l, in := newLab(url), first("GET")
	l.RenameHeaders = map[string]string{"x-upstream-authorization": "authorization"}
	in.Input.Request.Headers = map[string]string{"authorization": "AWS4-HMAC-SHA256 a", "x-upstream-authorization": "Hawk id=1"}
	diff(t, "reason", "403 Forbidden; the caller's signature (Hawk) in x-upstream-authorization has to be for the API's host and path, "+
		"and a retry does not renew its time", mustFail(t, l.build(t), in).failure.Reason)
}
