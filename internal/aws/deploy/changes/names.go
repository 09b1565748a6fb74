package changes

import (
	"cmp"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// stackType is the type under which CloudFormation reports a stack itself.
const stackType = "AWS::CloudFormation::Stack"

// InWords is what a resource is: Egress1 of AWS::Lambda::Function is
// "Lambda of egress 1". A type that sfngen's templates do not have stays as it is.
func InWords(id, kind string) string {
	if kind == stackType {
		return "the stack itself"
	}
	return cmp.Or(cfn.FactsOf(id, kind).Words, printable.Line(kind))
}
