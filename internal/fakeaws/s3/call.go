package s3

import (
	"encoding/xml"
	"net/http"
	"strings"
)

// call is one request.
type call struct {
	w           http.ResponseWriter
	r           *http.Request
	operation   string
	bucket, key string
	body        []byte
	sha256      string // as the client sent it, and as it was found to be
}

// configurations are the parts of a bucket that are put each for itself, by
// their query parameter.
var configurations = map[string]string{
	"publicAccessBlock": "PutPublicAccessBlock", "encryption": "PutBucketEncryption", "versioning": "PutBucketVersioning",
	"ownershipControls": "PutBucketOwnershipControls", "policy": "PutBucketPolicy", "lifecycle": "PutBucketLifecycleConfiguration",
}

func operationOf(r *http.Request) string {
	kind := "Bucket"
	if isObject(r) {
		kind = "Object"
	}
	switch r.Method + kind {
	case "HEADBucket", "HEADObject":
		return "Head" + kind
	case "GETBucket":
		return getOf(r)
	case "GETObject":
		return "GetObject"
	case "PUTObject":
		return "PutObject"
	case "PUTBucket":
		return putOf(r)
	}
	return r.Method + kind
}

// getOf is the reading of a configuration, or the list of objects.
func getOf(r *http.Request) string {
	for name, operation := range configurations {
		if r.URL.Query().Has(name) {
			return "Get" + strings.TrimPrefix(operation, "Put")
		}
	}
	return "ListObjectsV2"
}

func isObject(r *http.Request) bool {
	for i, c := range r.URL.Path {
		if i > 0 && c == '/' {
			return i < len(r.URL.Path)-1
		}
	}
	return false
}

func putOf(r *http.Request) string {
	for parameter, operation := range configurations {
		if r.URL.Query().Has(parameter) {
			return operation
		}
	}
	return "CreateBucket"
}

func (c *call) region() string {
	if match := scope.FindStringSubmatch(c.r.Header.Get("Authorization")); match != nil {
		return match[1]
	}
	return ""
}

// refuse writes an error. The answer to a HEAD has no body: the code is lost.
func (c *call) refuse(r Refusal) {
	type document struct {
		XMLName       xml.Name `xml:"Error"`
		Code, Message string
		RequestID     string `xml:"RequestId"`
	}
	c.w.Header().Set("Content-Type", "application/xml")
	c.w.WriteHeader(r.Status)
	if c.r.Method != http.MethodHead {
		c.write(document{Code: r.Code, Message: r.Message, RequestID: "S3REQUEST"})
	}
}

func (c *call) write(document any) {
	_ = xml.NewEncoder(c.w).Encode(document) // a client that went away
}
