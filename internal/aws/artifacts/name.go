package artifacts

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/lazyregexp"
)

var bucketName = lazyregexp.New(`^[a-z0-9][a-z0-9.-]*[a-z0-9]$`)

// The beginnings and ends that S3 reserves.
var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

// CheckName checks a bucket's name against S3's "General purpose bucket naming rules".
func CheckName(name string) error {
	why := ""
	switch _, notAddress := netip.ParseAddr(name); {
	case strings.HasPrefix(name, "s3://"), strings.HasPrefix(name, "arn:"), strings.Contains(name, "/"):
		why = "give the bucket's name alone, such as my-artifacts"
	case len(name) < 3, len(name) > 63:
		why = fmt.Sprintf("a bucket's name has 3 to 63 characters, this one %d", len(name))
	case !bucketName.MatchString(name):
		why = "a bucket's name has lower-case letters, digits, hyphens and dots, and begins and ends with a letter or digit"
	case strings.Contains(name, ".."):
		why = "a bucket's name has no two dots in a row"
	case notAddress == nil:
		why = "a bucket's name must not look like an IP address"
	default:
		why = reserved(name)
	}
	if why == "" {
		return nil
	}
	return &Error{Kind: badName, Message: cloud.Message{What: fmt.Sprintf("--bucket %q", name), Why: why}}
}

var accountID = lazyregexp.New(`^[0-9]{12}$`)

// CheckAccount checks the ID of an AWS account.
func CheckAccount(id string) error {
	if !accountID.MatchString(id) {
		return &Error{Kind: badAccount, Message: cloud.Message{
			What: fmt.Sprintf("--bucket-owner %q", id), Do: "give the 12 digits of an AWS account's ID, such as 123456789012",
		}}
	}
	return nil
}

func reserved(name string) string {
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(name, prefix) {
			return "S3 reserves names that begin with " + prefix
		}
	}
	for _, suffix := range reservedSuffixes {
		if strings.HasSuffix(name, suffix) {
			return "S3 reserves names that end in " + suffix
		}
	}
	return ""
}
