package awsapi

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// Credentials are those that a request has to be signed with.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
}

var authorization = lazyregexp.New(
	`^AWS4-HMAC-SHA256 Credential=([^/,]+)/(\d{8})/([^/,]+)/([^/,]+)/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$`)

// signedAlways are the fields that AWS wants to see in a signature (IAM User Guide,
// "Create a signed AWS API request").
var signedAlways = []string{"host", "x-amz-date", "x-amz-security-token", "x-amz-target"}

// Check signs the request again, and compares (Signature Version 4). The session token,
// which alone is different in each run, counts as a part of it.
func (c Credentials) Check(in *http.Request, body []byte, service string) error {
	match := authorization.FindStringSubmatch(in.Header.Get("Authorization"))
	if match == nil {
		return Invalid("IncompleteSignatureException", "Authorization is no signature of Signature Version 4")
	}
	at, err := time.Parse("20060102T150405Z", in.Header.Get("X-Amz-Date"))
	if err != nil || at.Format("20060102") != match[2] {
		return Invalid("IncompleteSignatureException", "X-Amz-Date is no time, or not that of the signature")
	}
	if match[1] != c.AccessKeyID || in.Header.Get("X-Amz-Security-Token") != c.SessionToken {
		return Invalid("UnrecognizedClientException", "The security token included in the request is invalid.")
	}
	if match[4] != service {
		return Invalid("InvalidSignatureException", "Credential should be scoped to correct service: '"+service+"'.")
	}
	again, err := c.sign(in, body, signature{at: at, region: match[3], service: service, fields: strings.Split(match[5], ";")})
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(again), []byte(match[6])) != 1 {
		return Invalid("InvalidSignatureException", "The request signature we calculated does not match the signature you provided.")
	}
	return nil
}

// signature is what a request says of its own.
type signature struct {
	at              time.Time
	region, service string
	fields          []string // that it covers, in lower case
}

// sign gives the signature over the same fields.
func (c Credentials) sign(in *http.Request, body []byte, s signature) (string, error) {
	for _, name := range signedAlways {
		if !slices.Contains(s.fields, name) {
			return "", Invalid("InvalidSignatureException", "the signature does not cover "+name)
		}
	}
	again, err := http.NewRequestWithContext(in.Context(), in.Method, "http://"+in.Host+in.URL.RequestURI(), http.NoBody)
	if err != nil {
		return "", Invalid("InvalidSignatureException", "the request cannot be signed")
	}
	for _, name := range s.fields {
		if values := in.Header.Values(name); name != "host" && len(values) > 0 {
			again.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	if slices.Contains(s.fields, "content-length") {
		again.ContentLength = in.ContentLength
		again.Header.Del("Content-Length") // the signer takes it from the request
	}
	sum := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
	if err := v4.NewSigner().SignHTTP(context.WithoutCancel(in.Context()), credentials, again, hex.EncodeToString(sum[:]), s.service, s.region,
		s.at); err != nil {
		return "", err
	}
	_, found, _ := strings.Cut(again.Header.Get("Authorization"), "Signature=")
	return found, nil
}
