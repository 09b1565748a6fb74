package cloud

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// badCredentials is about keys that AWS got and does not take.
func badCredentials(f *failure) string {
	keys := f.signature.origin()
	switch f.code {
	case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
		return fmt.Sprintf("the session of these credentials%s has ended: %s%s", keys, f.renewal(), f.trace())
	case "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId":
		if isOptIn(f.signature.region) {
			return fmt.Sprintf("AWS does not take these credentials%s in %s, where they count only once the account has enabled the region: aws account enable-region --region-name %s, or choose another region%s",
				keys, f.signature.region, f.signature.region, f.trace())
		}
		return fmt.Sprintf("AWS does not know these credentials%s in the partition %s: deleted, deactivated, or mistyped, or a session token is missing; make new ones, or sign in again%s",
			keys, partitionOf(f.signature.region), f.trace())
	case "SignatureDoesNotMatch", "InvalidSignatureException":
		if isAboutTime(f.message) {
			return "" // clockSkew has the words
		}
		return fmt.Sprintf("the secret does not belong to the access key%s: AWS_SECRET_ACCESS_KEY, or aws_secret_access_key of the profile, is wrong or cut off%s", keys, f.trace())
	case "IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException":
		return fmt.Sprintf("AWS cannot read the signature of the request%s: a key with a space or line end in it, or a proxy that changes headers%s", keys, f.trace())
	}
	return ""
}

// renewal is how to get new credentials, as far as their origin shows.
func (f *failure) renewal() string {
	if strings.Contains(f.signature.origin(), "environment") {
		return "get new ones into the environment, or unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN so that the profile counts"
	}
	return "sign in again (aws sso login, aws login), or get new ones as you got these"
}

func isAboutTime(message string) bool {
	return strings.Contains(message, "Signature expired") || strings.Contains(message, "not yet current")
}

// clockSkew: a signature is good for some minutes around its time (Signature
// Version 4). The SDK has already tried to go by AWS's clock.
func clockSkew(f *failure) string {
	skewed := f.code == "RequestTimeTooSkewed" || f.code == "RequestExpired" || f.code == "RequestInTheFuture"
	if !skewed && !isAboutTime(f.message) {
		return ""
	}
	return fmt.Sprintf("the clock of this machine is wrong: AWS takes signatures of the last minutes only; set it (timedatectl set-ntp true) and try again%s", f.trace())
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

func closedRegion(f *failure) string {
	if f.code != "OptInRequired" && f.code != "SubscriptionRequiredException" {
		return ""
	}
	return fmt.Sprintf("the account may not use %s in %s: the region is not enabled (aws account enable-region --region-name %s), or the account is not yet active%s",
		f.name(), f.signature.region, f.signature.region, f.trace())
}

func throttled(f *failure) string {
	if _, ok := retry.DefaultThrottleErrorCodes[f.code]; !ok && f.status != 429 {
		return ""
	}
	return fmt.Sprintf("AWS throttles %s%s (%s): too many calls at once in this account and region, from here or elsewhere; wait a minute and try again%s",
		action(f.service, f.operation), f.afterTries(), f.code, f.trace())
}

// unavailable tells AWS's trouble from that of something on the way, whose
// answers have no id.
func unavailable(f *failure) string {
	switch {
	case f.isForeign():
		hint := cmp.Or(f.endpointHint(f.host()), ", or at AWS_ENDPOINT_URL and the profile's endpoint_url")
		return fmt.Sprintf("%s: something that is not AWS answered %d%s: look at the proxy (HTTPS_PROXY)%s", f.call(), f.status, f.afterTries(), hint)
	case f.status < 500:
		return ""
	}
	return fmt.Sprintf("%s: AWS has trouble (%d %s)%s: wait and try again; https://health.aws.amazon.com/health/status tells more%s",
		f.call(), f.status, f.code, f.afterTries(), f.trace())
}

// isForeign reports whether the answer is not AWS's: it has no id, and is a
// redirect or says nothing that is an error of AWS. Of a redirect without a body
// the SDK makes a code.
func (f *failure) isForeign() bool {
	redirect := f.status >= 300 && f.status <= 399
	const metadata = "endpoint-credentials" // of a container, whose answers have none
	return f.status > 0 && f.request == "" && f.service != metadata && (redirect || f.code == "" || f.code == "UnknownError")
}

// host is where the answer came from.
func (f *failure) host() string {
	if f.sent == nil {
		return ""
	}
	return f.sent.URL.Host
}

func (f *failure) name() string {
	name, _, _ := strings.Cut(f.call(), " "+f.operation)
	return name
}
