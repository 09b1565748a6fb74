package lambda

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/aws/aws-lambda-go/lambda/handlertrace"
)

// sharedHandler makes a handler safe for concurrent invocations. A handler of
// aws-lambda-go's lambda.NewHandler returns its answer in a buffer that is already back in its
// pool, so another invocation may overwrite it. Therefore only one handler writes
// its answer at a time, until the answer is copied.
type sharedHandler struct {
	handler Handler
	writing sync.Mutex
}

// newSharedHandler makes of a nil handler what lambda.Start would make of it.
func newSharedHandler(handler Handler) *sharedHandler {
	if handler == nil {
		handler = noHandler{}
	}
	return &sharedHandler{handler: handler}
}

func (h *sharedHandler) invoke(ctx context.Context, payload []byte) ([]byte, error) {
	held := false
	defer func() {
		if held {
			h.writing.Unlock()
		}
	}()
	ctx = handlertrace.NewContext(ctx, handlertrace.HandlerTrace{ResponseEvent: func(_ context.Context, answer any) {
		// A stream is read into its own buffer, and may be slow.
		if _, stream := answer.(io.Reader); !stream {
			h.writing.Lock()
			held = true
		}
	}})
	answer, err := h.handler.Invoke(ctx, payload)
	return bytes.Clone(answer), err
}
