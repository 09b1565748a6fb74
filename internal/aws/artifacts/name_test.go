package artifacts_test

import (
	"context"
	"testing"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
)

func TestAccounts(t *testing.T) {
	for id, want := range map[string]string{
		"123456789012":   "",
		"012345678901":   "",
		"1234":           `--bucket-owner "1234": give the 12 digits of an AWS account's ID, such as 123456789012`,
		"1234-5678-9012": `--bucket-owner "1234-5678-9012": give the 12 digits of an AWS account's ID, such as 123456789012`,
		"1234567890123":  `--bucket-owner "1234567890123": give the 12 digits of an AWS account's ID, such as 123456789012`,
		"":               `--bucket-owner "": give the 12 digits of an AWS account's ID, such as 123456789012`,
	} {
		got := ""
		if err := artifacts.CheckAccount(id); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", id, got, want)
		}
	}
}

// S3 is not asked about what cannot be.
func TestOpenChecksTheOwner(t *testing.T) {
	fake, c := open(t)
	_, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box", Owner: "me"})
	if err == nil || err.Error() != `--bucket-owner "me": give the 12 digits of an AWS account's ID, such as 123456789012` ||
		len(fake.Calls()) > 0 {
		t.Errorf("%v after %q", err, fake.Calls())
	}
}
