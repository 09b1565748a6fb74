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

// KeyAgain is another key of the same bytes, STACK/LAMBDA-HASH-TIME.zip, so
// CloudFormation deploys them once more.
func (a Artifact) KeyAgain(stack string, at time.Time) string {
	return strings.TrimSuffix(a.Key(stack), ".zip") + "-" + Stamp(at) + ".zip"
}

// Stamp is a time as it is written into keys, names and marks.
func Stamp(at time.Time) string { return at.UTC().Format("20060102T150405Z") }

// StampPattern matches a Stamp in a regular expression.
const StampPattern = `[0-9]{8}T[0-9]{6}Z`

// keyed finds the hash in a key, and the time.
var keyed = lazyregexp.New(`-([0-9a-f]{16})(-` + StampPattern + `)?\.zip$`)

// HasKey reports whether a key is one of these bytes, from Key or KeyAgain.
func (a Artifact) HasKey(stack, key string) bool {
	m := keyed.FindStringSubmatch(key)
	return m != nil && strings.Replace(key, m[2], "", 1) == a.Key(stack)
}

// HashIn is the beginning of a hash, 16 digits, in a key of Key's or KeyAgain's form;
// "" for none.
func HashIn(key string) string {
	if m := keyed.FindStringSubmatch(key); m != nil {
		return m[1]
	}
	return ""
}
