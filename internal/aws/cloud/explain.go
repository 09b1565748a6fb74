package cloud

import (
	"errors"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Failure is an error of the SDK as a user reads it. The SDK's own error is below it.
type Failure struct {
	Message
	Request string // its id, which AWS's support asks for; "" when AWS has not answered
	Err     error
}

func (f *Failure) Error() string {
	text := f.String()
	if f.Request != "" {
		text += " (request " + printable.Line(f.Request) + ")"
	}
	return text
}

func (f *Failure) Unwrap() error { return f.Err }

// password matches one in an endpoint's or a proxy's address. An address is shown most
// often when it is wrong, so it need not be a URL.
var password = lazyregexp.New("(//|[`\"]|uri: |calls to )([^\\s:@/`\"]*):[^@/`\"]*@")

// withoutPasswords is for the log of a pipeline.
func (m Message) withoutPasswords() Message {
	mask := func(text string) string { return password.ReplaceAllString(text, "$1$2:xxxxx@") }
	return Message{What: mask(m.What), Why: mask(m.Why), Do: mask(m.Do)}
}

// Explain turns an error of the SDK into a Failure. Call it where the SDK returns the
// error, before anything is wrapped around it. Other errors are returned unchanged,
// unless the text of an unexplained error of the SDK shows in them: then that failure
// alone is shown, since the SDK's text says neither why nor what to do.
func Explain(err error) error {
	var failures []error
	for _, raw := range unexplained(err) {
		if raw == err {
			return explain(err)
		}
		if strings.Contains(err.Error(), raw.Error()) {
			failures = append(failures, explain(raw))
		}
	}
	if len(failures) == 0 {
		return err
	}
	return &rewritten{shown: errors.Join(failures...), err: err}
}

// rewritten shows other words than those of err, which is below it.
type rewritten struct{ shown, err error }

func (e *rewritten) Error() string { return e.shown.Error() }
func (e *rewritten) Unwrap() error { return e.err }

// unexplained are the outermost errors of the SDK in a tree of errors, except for
// those that a Failure covers.
func unexplained(err error) []error {
	switch e := err.(type) {
	case *Failure, *rewritten:
		return nil
	case *smithy.OperationError, *configurationError, *credentialsError:
		return []error{e}
	case interface{ Unwrap() error }:
		return unexplained(e.Unwrap())
	case interface{ Unwrap() []error }:
		var list []error
		for _, below := range e.Unwrap() {
			list = append(list, unexplained(below)...)
		}
		return list
	}
	return nil
}

func explain(err error) *Failure {
	if e, ok := err.(*configurationError); ok {
		return &Failure{Message: e.message().withoutPasswords(), Err: err}
	}
	call := newFailedCall(err)
	return &Failure{Message: call.message().withoutPasswords(), Request: call.request, Err: err}
}
