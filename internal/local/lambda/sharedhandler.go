package lambda

import (
	"bytes"
	"context"
	"io"
	"sync"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/handlertrace"
)

// sharedHandler makes a handler fit for invocations at the same time. One of
// lambda.NewHandler gives its answer in a buffer that is back in its pool by
// then, so another invocation may write over it: from the moment when a handler
// begins to write its answer until the answer has been copied, no other writes.
type sharedHandler struct {
	handler awslambda.Handler
	writing sync.Mutex
}

// newSharedHandler makes of a nil handler what lambda.Start would make of it.
func newSharedHandler(handler awslambda.Handler) *sharedHandler {
	if handler == nil {
		handler = awslambda.NewHandler(nil)
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
		// A stream is read into bytes of its own, and may take its time.
		if _, stream := answer.(io.Reader); !stream {
			h.writing.Lock()
			held = true
		}
	}})
	answer, err := h.handler.Invoke(ctx, payload)
	return bytes.Clone(answer), err
}
