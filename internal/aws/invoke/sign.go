package invoke

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// signing signs each request for a function URL with AuthType AWS_IAM (Lambda
// developer guide, "Control access to Lambda function URLs").
type signing struct {
	next        http.RoundTripper
	credentials aws.CredentialsProvider
	region      string
	now         func() time.Time
}

func (s signing) RoundTrip(req *http.Request) (*http.Response, error) {
	keys, err := s.credentials.Retrieve(req.Context())
	if err != nil {
		return nil, fmt.Errorf("finding AWS credentials to sign with: %w", cloud.Explain(err))
	}
	signed := req.Clone(req.Context())
	target := exact(*req.URL)
	signed.URL = &target
	hash, err := hashOfBody(req)
	if err != nil {
		return nil, err
	}
	draft := draftOf(signed)
	if err := v4.NewSigner().SignHTTP(req.Context(), keys, draft, hash, "lambda", s.region, s.now()); err != nil {
		return nil, fmt.Errorf("signing the request: %w", err)
	}
	for _, name := range signatureHeaders {
		if values := draft.Header.Values(name); len(values) > 0 {
			signed.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	return s.next.RoundTrip(signed)
}

// signatureHeaders are the signature's own.
var signatureHeaders = []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token"}

// draftOf is what is signed of a request: what must be (Signature Version 4:
// host, content-type, x-amz-*) and nothing that a proxy on the way may change.
// The signer sorts a draft's query in its own way, which is not to be sent.
func draftOf(req *http.Request) *http.Request {
	path := normalized(req.URL.RawPath)
	plain, _ := url.PathUnescape(path) // exact has made it
	draft := &http.Request{
		Method: req.Method, Host: req.Host, Header: http.Header{},
		URL: &url.URL{Scheme: req.URL.Scheme, Host: req.URL.Host, Path: plain, RawPath: path, RawQuery: req.URL.RawQuery},
	}
	for name, values := range req.Header {
		if len(values) > 0 && (name == "Content-Type" || strings.HasPrefix(name, "X-Amz-")) {
			draft.Header[name] = values
		}
	}
	return draft
}

// hashOfBody leaves the body to be read.
func hashOfBody(req *http.Request) (string, error) {
	hash := sha256.New()
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return "", err
		}
		defer body.Close()
		if _, err := io.Copy(hash, body); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

var errAuthorization = errors.New("-H Authorization: with auth: iam this header is the AWS signature, so the API never sees " +
	"one of yours. Send the API's own as X-Upstream-Authorization, which goes out as Authorization by " +
	"upstream.renameHeaders: {x-upstream-authorization: authorization} of the spec")

// checkHeaders refuses what would break the signature, or be broken by it.
func checkHeaders(header http.Header) error {
	if _, own := header["Authorization"]; own {
		return errAuthorization
	}
	for _, name := range append([]string{"X-Amz-Content-Sha256"}, signatureHeaders...) {
		if _, own := header[name]; own {
			return fmt.Errorf("-H %s: this header belongs to the AWS signature, which is made here; leave it out", name)
		}
	}
	return nil
}
