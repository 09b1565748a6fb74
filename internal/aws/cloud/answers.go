package cloud

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/sfngen/sfngen/runtime/contract"
)

// badCredentials is about keys that AWS has received and does not accept.
func badCredentials(f *failedCall) Message {
	keys := f.signature.origin()
	switch f.code {
	case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
		return Message{What: "the session of these credentials" + keys + " has ended", Do: f.renewal()}
	case "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId":
		return f.unknownKeys(keys)
	case "SignatureDoesNotMatch", "InvalidSignatureException":
		if isAboutTime(f.text) {
			return Message{} // clockSkew explains it
		}
		return Message{
			What: "the secret does not belong to the access key" + keys,
			Why:  "AWS_SECRET_ACCESS_KEY, or aws_secret_access_key of the profile, is wrong or cut off",
		}
	case "IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException":
		return Message{
			What: "AWS cannot read the signature of the request" + keys,
			Why:  "a key has a space or a line end in it, or a proxy changes headers",
		}
	}
	return Message{}
}

func (f *failedCall) unknownKeys(keys string) Message {
	region := f.signature.region
	if isOptIn(region) {
		return Message{
			What: "AWS does not accept these credentials" + keys + " in " + region,
			Why:  "they are valid there only once the account has enabled the region",
			Do:   "aws account enable-region --region-name " + region + ", or choose another region",
		}
	}
	return Message{
		What: "AWS does not know these credentials" + keys + " in the partition " + partitionOf(region),
		Why:  "deleted, deactivated, or mistyped, or a session token is missing",
		Do:   "create new ones, or sign in again",
	}
}

// renewal is how to get new credentials, if their origin shows.
func (f *failedCall) renewal() string {
	if strings.Contains(f.signature.origin(), "environment") {
		return "get new ones into the environment, or unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN to use the profile"
	}
	return "sign in again (aws sso login, aws login), or get new ones as you got these"
}

func isAboutTime(message string) bool {
	return strings.Contains(message, "Signature expired") || strings.Contains(message, "not yet current")
}

// clockSkew: a signature is valid for a few minutes around its time (Signature
// Version 4). The SDK has already tried to use AWS's clock.
func clockSkew(f *failedCall) Message {
	skewed := f.code == "RequestTimeTooSkewed" || f.code == "RequestExpired" || f.code == "RequestInTheFuture"
	if !skewed && !isAboutTime(f.text) {
		return Message{}
	}
	return Message{
		What: "the clock of this machine is wrong", Why: "AWS accepts signatures of the last few minutes only",
		Do: "set it (timedatectl set-ntp true) and try again",
	}
}

// launchedEnabled are the regions that every account of the partition aws has
// (Account Management Reference Guide, "Enable or disable AWS Regions").
var launchedEnabled = []string{
	"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
	"eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
}

func isOptIn(region string) bool {
	return region != "" && partitionOf(region) == "aws" && !slices.Contains(launchedEnabled, region)
}

func closedRegion(f *failedCall) Message {
	if f.code != "OptInRequired" && f.code != "SubscriptionRequiredException" {
		return Message{}
	}
	region := f.signature.region
	return Message{
		What: "the account may not use " + f.name() + " in " + region,
		Why:  "the region is not enabled (aws account enable-region --region-name " + region + "), or the account is not yet active",
	}
}

func throttled(f *failedCall) Message {
	if _, ok := retry.DefaultThrottleErrorCodes[f.code]; !ok && f.status != http.StatusTooManyRequests {
		return Message{}
	}
	return Message{
		What: "AWS throttles " + action(f.service, f.operation) + f.afterTries() + " (" + f.code + ")",
		Why:  "too many calls at the same time in this account and region, from here or elsewhere", Do: "wait a minute and try again",
	}
}

// unavailable distinguishes a failure of AWS from the answer of something between,
// which has no request id.
func unavailable(f *failedCall) Message {
	switch {
	case f.isForeign():
		return Message{
			What: f.call(), Why: fmt.Sprintf("something that is not AWS answered %d%s", f.status, f.afterTries()),
			Do: "look at the proxy (HTTPS_PROXY)" +
				cmp.Or(joined("; ", f.endpointHint(f.host())), ", or at AWS_ENDPOINT_URL and the profile's endpoint_url"),
		}
	case f.status < 500:
		return Message{}
	}
	return Message{
		What: f.call(), Why: fmt.Sprintf("AWS has a problem (%d %s)%s", f.status, f.code, f.afterTries()),
		Do: "wait and try again; https://" + contract.HealthPage + "/health/status shows more",
	}
}

// isForeign reports whether the answer is not AWS's: it has no id, and is a redirect
// or has no error of AWS in it. The SDK makes up a code for a redirect without a body.
func (f *failedCall) isForeign() bool {
	redirect := f.status >= 300 && f.status <= 399
	const metadata = "endpoint-credentials" // of a container, whose answers have none
	return f.status > 0 && f.request == "" && f.service != metadata && (redirect || f.code == "" || f.code == "UnknownError")
}

// host is where the answer came from.
func (f *failedCall) host() string {
	if f.sent == nil {
		return ""
	}
	return f.sent.URL.Host
}

func (f *failedCall) name() string {
	name, _, _ := strings.Cut(f.call(), " "+f.operation)
	return name
}
