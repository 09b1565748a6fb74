package cloud

import (
	"net/http"
	"strings"
)

// prefixes are the names of services in a policy, where they are not the SDK's names in
// lower case (Service Authorization Reference).
var prefixes = map[string]string{"SFN": "states", "CloudWatch Logs": "logs", "SSO OIDC": "sso-oauth"}

// actions are the operations that need an action of another name (Service
// Authorization Reference, "Actions defined by" S3, Lambda; SQS API permissions).
var actions = map[string]string{
	"lambda:Invoke":                      "InvokeFunction",
	"lambda:InvokeWithResponseStream":    "InvokeFunction",
	"s3:CompleteMultipartUpload":         "PutObject",
	"s3:CopyObject":                      "PutObject",
	"s3:CreateMultipartUpload":           "PutObject",
	"s3:DeleteObjects":                   "DeleteObject",
	"s3:GetBucketEncryption":             "GetEncryptionConfiguration",
	"s3:GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
	"s3:GetPublicAccessBlock":            "GetBucketPublicAccessBlock",
	"s3:HeadBucket":                      "ListBucket",
	"s3:HeadObject":                      "GetObject",
	"s3:ListObjectVersions":              "ListBucketVersions",
	"s3:ListObjects":                     "ListBucket",
	"s3:ListObjectsV2":                   "ListBucket",
	"s3:PutBucketEncryption":             "PutEncryptionConfiguration",
	"s3:PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
	"s3:PutPublicAccessBlock":            "PutBucketPublicAccessBlock",
	"s3:UploadPart":                      "PutObject",
	"sqs:ChangeMessageVisibilityBatch":   "ChangeMessageVisibility",
	"sqs:DeleteMessageBatch":             "DeleteMessage",
}

// action is what a policy has to allow for a call, such as
// cloudformation:CreateChangeSet.
func action(service, operation string) string {
	prefix := prefixes[service]
	if prefix == "" {
		prefix = strings.ToLower(strings.ReplaceAll(service, " ", ""))
	}
	if name := actions[prefix+":"+operation]; name != "" {
		operation = name
	}
	return prefix + ":" + operation
}

// bucketARN is the resource of a request to S3, from its address: S3 may refuse without a
// reason, and its addresses name the bucket.
func bucketARN(r *http.Request, region string) string {
	host, path := r.URL.Hostname(), strings.TrimPrefix(r.URL.Path, "/")
	if bucket, _, ok := strings.Cut(host, ".s3."); ok {
		path = bucket + "/" + path
	}
	path = strings.TrimSuffix(path, "/")
	if path == "" {
		return ""
	}
	return "arn:" + partitionOf(region) + ":s3:::" + path
}

// regionPrefixes begin the regions of the partitions other than aws (the SDK's
// partitions.json).
var regionPrefixes = []struct{ prefix, partition string }{
	{"cn-", "aws-cn"}, {"us-gov-", "aws-us-gov"}, {"eusc-", "aws-eusc"},
	{"us-iso-", "aws-iso"}, {"us-isob-", "aws-iso-b"}, {"eu-isoe-", "aws-iso-e"}, {"us-isof-", "aws-iso-f"},
}

func partitionOf(region string) string {
	for _, r := range regionPrefixes {
		if strings.HasPrefix(region, r.prefix) {
			return r.partition
		}
	}
	return "aws"
}
