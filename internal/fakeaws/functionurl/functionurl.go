// Package functionurl is the door of a function URL with AuthType AWS_IAM, for
// tests: it lets through what is signed right. It computes signatures from what
// came over the wire, as the documentation of Signature Version 4 says, and
// shares no code with the signer.
package functionurl

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Door checks the signatures of one principal in one region.
type Door struct {
	AccessKey, Secret, Token string // Token is "" for keys that need none
	Region                   string
	Now                      func() time.Time
	// Next answers what is signed right.
	Next http.Handler
}

// freshness is how far a signature's time may be off (IAM user guide,
// "Troubleshoot Signature Version 4").
const freshness = 5 * time.Minute

func (d Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		d.refuse(w, "BadRequestException", err.Error())
		return
	}
	if kind, message := d.check(r, body); kind != "" {
		d.refuse(w, kind, message)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	d.Next.ServeHTTP(w, r)
}

func (d Door) refuse(w http.ResponseWriter, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Requestid", "refused-1")
	w.Header().Set("X-Amzn-Errortype", kind)
	w.WriteHeader(http.StatusForbidden)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message}) // a client that went away
}

// check returns the error's type and message as AWS has them; "" for a valid request.
func (d Door) check(r *http.Request, body []byte) (kind, message string) {
	given, ok := readAuthorization(r.Header.Get("Authorization"))
	if !ok {
		return "AccessDeniedException", "Forbidden. For troubleshooting Function URL authorization issues, see: " +
			"https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	scope := at.Format("20060102") + "/" + d.Region + "/lambda/aws4_request"
	switch unsigned := mustSign(r, given.signed); {
	case given.credential != d.AccessKey+"/"+scope, r.Header.Get("X-Amz-Security-Token") != d.Token:
		return "UnrecognizedClientException", "The security token included in the request is invalid."
	case err != nil || d.Now().Sub(at).Abs() > freshness:
		return "InvalidSignatureException", "Signature expired: " + r.Header.Get("X-Amz-Date") + " is now earlier than it may be."
	case unsigned != "":
		return "InvalidSignatureException", "'" + unsigned + "' must be a 'SignedHeader' in the AWS Authorization."
	}
	canonical := canonicalRequest(r, given.signed, body)
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", r.Header.Get("X-Amz-Date"), scope, hash([]byte(canonical))}, "\n")
	if want := hex.EncodeToString(sign(d.key(scope), toSign)); given.signature != want {
		return "InvalidSignatureException", fmt.Sprintf("The request signature we calculated does not match the signature you "+
			"provided. The Canonical String for this request should have been\n'%s'", canonical)
	}
	return "", ""
}

// key derives the signing key from the parts of the scope.
func (d Door) key(scope string) []byte {
	key := []byte("AWS4" + d.Secret)
	for part := range strings.SplitSeq(scope, "/") {
		key = sign(key, part)
	}
	return key
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
