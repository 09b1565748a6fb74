package lambda

import (
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"runtime"
	"strings"

	"github.com/aws/aws-lambda-go/lambda/messages"
)

// stackLimit is how many frames of a panic aws-lambda-go reports.
const stackLimit = 32

// reply is the result of one call of a handler.
type reply struct {
	payload []byte
	err     error
	exits   bool // the process would be gone now
}

// oversized is an answer that Lambda refuses. aws-lambda-go exits when it is
// refused.
func oversized() reply { return reply{err: responseTooLarge(), exits: true} }

func answerReply(payload []byte) reply {
	if len(payload) > ResponseLimit {
		return oversized()
	}
	return reply{payload: payload}
}

// errorReply reports an error as aws-lambda-go does: the name is that of the
// outermost Go type, unless the error is a messages.InvokeResponse_Error by value.
func errorReply(err error) reply {
	if own, ok := err.(messages.InvokeResponse_Error); ok {
		return reportReply(&own)
	}
	return reportReply(&messages.InvokeResponse_Error{Message: err.Error(), Type: typeName(err)})
}

// panicked reports a panic in the same way, and ends the process.
func (b *handlerSandbox) panicked(v any) reply {
	if own, ok := v.(messages.InvokeResponse_Error); ok {
		return reportReply(&own)
	}
	r := reportReply(&messages.InvokeResponse_Error{
		Message: fmt.Sprintf("%v", v), Type: typeName(v), StackTrace: stack(), ShouldExit: true,
	})
	b.log.write([]byte(r.err.Error()))
	return r
}

func reportReply(e *messages.InvokeResponse_Error) reply {
	payload, err := json.Marshal(e)
	if err != nil {
		panic(err) // strings and numbers
	}
	if len(payload) > ResponseLimit {
		return oversized()
	}
	return reply{err: reported(payload), exits: e.ShouldExit}
}

func typeName(v any) string {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// stack is that of the panic that is being recovered from. It begins with the
// panic itself, past the functions of this package that are still running.
func stack() []*messages.InvokeResponse_Error_StackFrame {
	const own = 4 // runtime.Callers, stack, panicked, the deferred function
	counters := make([]uintptr, stackLimit)
	frames := runtime.CallersFrames(counters[:runtime.Callers(own, counters)])
	var trace []*messages.InvokeResponse_Error_StackFrame
	for {
		frame, more := frames.Next()
		trace = append(trace, stackFrame(frame))
		if !more {
			return trace
		}
	}
}

// stackFrame names the file by its import path, so no folder of this machine is
// shown, and the function without its package.
func stackFrame(frame runtime.Frame) *messages.InvokeResponse_Error_StackFrame {
	folder, function := path.Split(frame.Function)
	pkg, label, _ := strings.Cut(function, ".")
	return &messages.InvokeResponse_Error_StackFrame{
		Path: folder + pkg + "/" + path.Base(frame.File), Line: int32(frame.Line), Label: label,
	}
}
