package deploy

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sfngen/sfngen/internal/printable"
)

// told is what AWS says, as a part of a line of ours: a reason or a value may hold
// anything that somebody has put there. JSON keeps it as it is.
func told(text *string) string { return printable.Line(aws.ToString(text)) }
