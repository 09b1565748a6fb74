package s3

import (
	"cmp"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
)

func (c *call) serve(b *bucket) *Refusal {
	switch c.operation {
	case "HeadBucket":
		return nil
	case "ListObjectsV2":
		return c.list(b)
	case "HeadObject", "GetObject":
		return c.get(b)
	case "PutObject":
		b.objects[c.key] = Object{Body: c.body, SHA256: c.sha256}
		return nil
	}
	if _, isGet := missing[c.operation]; isGet {
		return c.getConfiguration(b)
	}
	for parameter, operation := range configurations {
		if operation == c.operation {
			b.config[parameter] = string(c.body)
			return nil
		}
	}
	return &Refusal{http.StatusNotImplemented, "NotImplemented", c.operation + " is not served here"}
}

// missing are the codes for a configuration that a bucket does not have (S3 API
// Reference). A new bucket is encrypted by S3's own key.
var missing = map[string]string{
	"GetBucketLifecycleConfiguration": "NoSuchLifecycleConfiguration", "GetBucketPolicy": "NoSuchBucketPolicy",
	"GetBucketEncryption": "ServerSideEncryptionConfigurationNotFoundError", "GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
}

func (c *call) getConfiguration(b *bucket) *Refusal {
	for parameter, operation := range configurations {
		if text := b.config[parameter]; "Get"+strings.TrimPrefix(operation, "Put") == c.operation && text != "" {
			_, _ = c.w.Write([]byte(text)) // a client that went away
			return nil
		}
	}
	return &Refusal{http.StatusNotFound, missing[c.operation], "The configuration does not exist"}
}

// create follows the rules for LocationConstraint and names that are taken (S3
// API Reference, CreateBucket).
func (s *Server) create(c *call) *Refusal {
	var in struct{ LocationConstraint string }
	if len(c.body) > 0 {
		if err := xml.Unmarshal(c.body, &in); err != nil {
			return &Refusal{http.StatusBadRequest, "MalformedXML", err.Error()}
		}
	}
	region := in.LocationConstraint
	region = cmp.Or(region, "us-east-1")
	old, taken := s.buckets[c.bucket]
	switch {
	case region != c.region() || in.LocationConstraint == "us-east-1":
		return &Refusal{http.StatusBadRequest, "IllegalLocationConstraintException",
			"The location constraint is incompatible for the region specific endpoint this request was sent to."}
	case taken && old.Owner == s.account:
		return &Refusal{http.StatusConflict, "BucketAlreadyOwnedByYou",
			"Your previous request to create the named bucket succeeded and you already own it."}
	case taken:
		return &Refusal{http.StatusConflict, "BucketAlreadyExists", "The requested bucket name is not available."}
	}
	s.buckets[c.bucket] = &bucket{
		Bucket:  Bucket{Owner: s.account, Region: region},
		config:  map[string]string{"create": string(c.body) + c.r.Header.Get("x-amz-object-ownership")},
		objects: map[string]Object{},
	}
	return nil
}

func (c *call) list(b *bucket) *Refusal {
	type item struct{ Key string }
	type document struct {
		XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
		Name     string
		Contents []item
	}
	out := document{Name: c.bucket}
	for key := range b.objects {
		out.Contents = append(out.Contents, item{key})
	}
	c.write(out)
	return nil
}

// get returns a checksum only if the request asks for it.
func (c *call) get(b *bucket) *Refusal {
	o, ok := b.objects[c.key]
	if !ok {
		return &Refusal{http.StatusNotFound, "NoSuchKey", "The specified key does not exist."}
	}
	checksum := c.r.Header.Get("x-amz-checksum-mode") == "ENABLED"
	if o.KMSKey != "" {
		if checksum || c.operation == "GetObject" {
			return &Refusal{http.StatusForbidden, "AccessDenied", "Access Denied"}
		}
		c.w.Header().Set("x-amz-server-side-encryption", "aws:kms")
		c.w.Header().Set("x-amz-server-side-encryption-aws-kms-key-id", o.KMSKey)
	}
	c.w.Header().Set("Content-Length", strconv.Itoa(len(o.Body)))
	if o.SHA256 != "" && checksum {
		c.w.Header().Set("x-amz-checksum-sha256", o.SHA256)
		c.w.Header().Set("x-amz-checksum-type", "FULL_OBJECT")
	}
	if c.operation == "GetObject" {
		_, _ = c.w.Write(o.Body) // a client that went away
	}
	return nil
}
