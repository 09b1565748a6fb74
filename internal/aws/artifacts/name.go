package artifacts

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// NameError is a bucket name that S3 does not take.
type NameError struct {
	Name, Why string
}

func (e *NameError) Error() string { return fmt.Sprintf("--bucket %q: %s", e.Name, e.Why) }

var bucketName = lazyregexp.New(`^[a-z0-9][a-z0-9.-]*[a-z0-9]$`)

// The beginnings and ends that S3 keeps for itself.
var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

// CheckName holds a bucket's name to S3's "General purpose bucket naming rules". It
// fails with a NameError.
func CheckName(name string) error {
	why := ""
	switch _, noAddress := netip.ParseAddr(name); {
	case strings.HasPrefix(name, "s3://"), strings.HasPrefix(name, "arn:"), strings.Contains(name, "/"):
		why = "give the bucket's name alone, such as my-artifacts"
	case len(name) < 3, len(name) > 63:
		why = fmt.Sprintf("a bucket's name has 3 to 63 characters, this one %d", len(name))
	case !bucketName.MatchString(name):
		why = "a bucket's name has lower-case letters, digits, hyphens and dots, and begins and ends with a letter or digit"
	case strings.Contains(name, ".."):
		why = "a bucket's name has no two dots in a row"
	case noAddress == nil:
		why = "a bucket's name must not look like an IP address"
	default:
		why = reserved(name)
	}
	if why == "" {
		return nil
	}
	return &NameError{Name: name, Why: why}
}

// AccountError is an ID that no AWS account has.
type AccountError struct{ ID string }

func (e *AccountError) Error() string {
	return fmt.Sprintf("--bucket-owner %q: give the 12 digits of an AWS account's ID, such as 123456789012", e.ID)
}

var accountID = lazyregexp.New(`^[0-9]{12}$`)

// CheckAccount fails with an AccountError.
func CheckAccount(id string) error {
	if !accountID.MatchString(id) {
		return &AccountError{ID: id}
	}
	return nil
}

func reserved(name string) string {
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(name, prefix) {
			return "S3 keeps names that begin with " + prefix + " for itself"
		}
	}
	for _, suffix := range reservedSuffixes {
		if strings.HasSuffix(name, suffix) {
			return "S3 keeps names that end in " + suffix + " for itself"
		}
	}
	return ""
}
