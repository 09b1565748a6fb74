package artifacts

import (
	"errors"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// Kind is what is wrong with a bucket or an object in it.
type Kind string

// The kinds that callers tell apart.
const (
	Missing Kind = "missing" // there is no such bucket
	Half    Kind = "half"    // the bucket was created, and could not be secured
)

const (
	badName     Kind = "bad name"     // S3 does not allow the bucket's name
	badAccount  Kind = "bad account"  // no AWS account has this ID
	otherRegion Kind = "other region" // the bucket is not in the stack's region
	otherOwner  Kind = "other owner"  // the bucket belongs to another account, or is closed to the caller
	closedKey   Kind = "closed key"   // the caller may not use the KMS key of an object
)

// Error is about the bucket, in one shape.
type Error struct {
	Kind Kind
	cloud.Message
	Err error // of AWS; nil for none
}

func (e *Error) Error() string { return e.String() }
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of the Error in err; "" for none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}
