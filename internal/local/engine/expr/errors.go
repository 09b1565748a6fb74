package expr

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// PathError reports a path that matches nothing: States.Runtime on AWS. Its text is
// the cause that AWS gives after "An error occurred while executing the state …".
type PathError struct {
	Path string // as it was written, such as $.a.b
	// Reason is what was missing, as AWS puts it, such as No results for path:
	// $['a']['b'].
	Reason string
	// Field is the field of a template that the path stands for, its ".$" included.
	// AWS names the field also for ErrorPath and CausePath: the code that evaluates
	// those sets it.
	Field string
	// Call is the whole intrinsic expression that the path is an argument of.
	Call  string
	Input jsonvalue.Value // "$"

	pastEnd bool // the array is there and only too short for the last step
}

func (e *PathError) Error() string {
	switch {
	case e.Call != "":
		return fmt.Sprintf("The function '%s' had the following error: The JsonPath argument for the field '%s' could not be found in the "+
			"input '%s'",
			e.Call, e.Path, e.Input)
	case e.Field != "":
		return fmt.Sprintf("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", e.Path, e.Field, e.Input)
	default:
		return fmt.Sprintf("Invalid path '%s' : %s", e.Path, e.Reason)
	}
}

// IntrinsicError is an intrinsic function that failed: States.IntrinsicFailure.
type IntrinsicError struct {
	Function string // such as States.ArrayGetItem
	Call     string // the whole expression, as it was written
	Reason   string
}

func (e *IntrinsicError) Error() string {
	return fmt.Sprintf("The function '%s' had the following error: %s: %s", e.Call, e.Function, e.Reason)
}

// variableError reports a variable that is read before it is assigned.
type variableError struct {
	Name string // without the $
	Path string // as it was written, such as $name.a
}

func (e *variableError) Error() string {
	return fmt.Sprintf("The variable '$%s' of the path '%s' is not defined", e.Name, e.Path)
}

// targetError is a ResultPath that cannot be applied to the state's input:
// States.ResultPathMatchFailure.
type targetError struct {
	Path  string          // the ResultPath, as it was written
	Step  string          // the name or index that could not be followed
	Input jsonvalue.Value // what it was to be applied to
}

func (e *targetError) Error() string {
	return fmt.Sprintf("Unable to apply step \"%s\" to input %s", e.Step, e.Input)
}
