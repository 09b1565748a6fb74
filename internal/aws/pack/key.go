package pack

import (
	"fmt"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// Key is the S3 key: STACK/LAMBDA-HASH.zip, with the first 16 digits of the hash.
// Other bytes have another key, which is what makes CloudFormation deploy them.
func (a Artifact) Key(stack string) string {
	return fmt.Sprintf("%s/%s-%s.zip", stack, a.Lambda, a.SHA256[:16])
}

// KeyAgain is another key of the same bytes, STACK/LAMBDA-HASH-TIME.zip, which makes
// CloudFormation deploy them once more.
func (a Artifact) KeyAgain(stack string, at time.Time) string {
	return strings.TrimSuffix(a.Key(stack), ".zip") + at.UTC().Format("-20060102T150405Z") + ".zip"
}

// keyed finds the hash in a key, and the time.
var keyed = lazyregexp.New(`-([0-9a-f]{16})(-[0-9]{8}T[0-9]{6}Z)?\.zip$`)

// HasKey reports whether a key is one of these bytes, from Key or KeyAgain.
func (a Artifact) HasKey(stack, key string) bool {
	m := keyed.FindStringSubmatch(key)
	return m != nil && strings.Replace(key, m[2], "", 1) == a.Key(stack)
}

// HashIn is the beginning of a hash, 16 digits, that a key has where those of Key and
// KeyAgain have it; "" for none.
func HashIn(key string) string {
	if m := keyed.FindStringSubmatch(key); m != nil {
		return m[1]
	}
	return ""
}
