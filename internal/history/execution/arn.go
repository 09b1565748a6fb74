package execution

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sfngen/sfngen/internal/term/printable"
)

// ARN is that of an execution.
type ARN struct {
	Scope   string // arn:PARTITION:states:REGION:ACCOUNT
	Express bool
	Machine string
	Name    string
}

// The resource types of executions' ARNs (Service Authorization Reference, "AWS
// Step Functions"): execution:MACHINE:NAME and express:MACHINE:NAME:UUID.
const (
	StandardResource = "execution"
	ExpressResource  = "express"
)

// ParseARN reads the ARN of an execution; false for any other text.
func ParseARN(arn string) (ARN, bool) {
	parts := strings.Split(arn, ":")
	if len(parts) < 8 || parts[0] != "arn" || parts[2] != "states" {
		return ARN{}, false
	}
	a := ARN{Scope: strings.Join(parts[:5], ":"), Express: parts[5] == ExpressResource, Machine: parts[6], Name: parts[7]}
	isStandard, isExpress := parts[5] == StandardResource && len(parts) == 8, a.Express && len(parts) == 9
	if !isStandard && !isExpress || slices.ContainsFunc(parts, isNoName) { // the rest of an ARN has a name's characters
		return ARN{}, false
	}
	return a, true
}

func isNoName(text string) bool { return !IsName(text) }

// IsName reports whether an execution can have this name: 1 to 80 characters, none
// of them special (Step Functions API Reference, StartExecution). A log may hold
// anything, and a name that is read there becomes part of a filter pattern.
func IsName(text string) bool {
	return text != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= 80 && printable.Is(text) &&
		!strings.ContainsAny(text, " \"*?<>{}[]:;,/|^~`$&#%\\")
}

// CheckName fails for a text that no execution of any stack has: neither as a name,
// or the beginning of one, nor as an ARN.
func CheckName(text string) error {
	if !strings.HasPrefix(text, "arn:") {
		if !IsName(text) {
			return fmt.Errorf("%q is no execution: give its name, as x-sfngen-execution, the logs and problem documents have it, or its ARN", text)
		}
		return nil
	}
	if _, ok := ParseARN(text); !ok {
		return fmt.Errorf("%q is not the ARN of an execution: that is arn:aws:states:REGION:ACCOUNT:execution:STATE-MACHINE:NAME, "+
			"and of an express one …:express:STATE-MACHINE:NAME:UUID", text)
	}
	return nil
}
