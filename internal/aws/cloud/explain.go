package cloud

import (
	"strings"

	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// explained is an error in words that say what to do; the error itself is below.
type explained struct {
	text string
	err  error
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.err }

// Explain puts what the SDK says in err into words that say what happened, why,
// and what to do, with the request id that support asks for. What err says around
// that stays, and so does all that errors.Is and errors.As find. Other errors are
// returned as they are. It is for the one place where a command's error is printed.
func Explain(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, part := range parts(err) {
		if words := shown(wordsFor(part)); words != "" {
			text = strings.Replace(text, part.Error(), words, 1)
		}
	}
	if text == err.Error() {
		return err
	}
	return &explained{text: text, err: err}
}

// password is one in an address of one's own, an endpoint's or a proxy's. That is
// told most often when it is wrong, so that it need not be a URL.
var password = lazyregexp.New("(//|[`\"]|uri: |calls to )([^\\s:@/`\"]*):[^@/`\"]*@")

// shown is a text as it may stand on a terminal, and in the log of a pipeline.
func shown(text string) string {
	return printable.Line(password.ReplaceAllString(text, "$1$2:xxxxx@"))
}

// parts are the outermost errors of the SDK in a tree of errors.
func parts(err error) []error {
	switch e := err.(type) {
	case *smithy.OperationError, *configurationError, *credentialsError:
		return []error{e}
	case interface{ Unwrap() error }:
		return parts(e.Unwrap())
	case interface{ Unwrap() []error }:
		var list []error
		for _, below := range e.Unwrap() {
			list = append(list, parts(below)...)
		}
		return list
	}
	return nil
}

func wordsFor(part error) string {
	switch e := part.(type) {
	case *configurationError:
		return e.words()
	case *credentialsError:
		return newFailure(e).words()
	case *smithy.OperationError:
		return newFailure(e).words()
	}
	return ""
}
