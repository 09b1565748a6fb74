package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
)

// Handler is a Lambda's code: it gives the answer to a payload. It is the interface
// of the same name in aws-lambda-go/lambda, which sfngen itself is not linked with:
// with net/rpc and html/template, that package makes the binary 8.4 MB larger.
type Handler interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// HandlerOf makes a Handler of a function, as lambda.Start does: payload and answer
// are JSON, in which <, > and & stay as they are.
func HandlerOf[In, Out any](handle func(context.Context, In) (Out, error)) Handler {
	return handlerOf[In, Out](handle)
}

type handlerOf[In, Out any] func(context.Context, In) (Out, error)

func (handle handlerOf[In, Out]) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var in In
	if err := json.NewDecoder(bytes.NewReader(payload)).Decode(&in); err != nil {
		return nil, err
	}
	out, err := handle(ctx, in)
	if err != nil {
		return nil, err
	}
	var answer bytes.Buffer
	encoder := json.NewEncoder(&answer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(answer.Bytes(), []byte("\n")), nil
}

// noHandler is what lambda.Start makes of nil.
type noHandler struct{}

func (noHandler) Invoke(context.Context, []byte) ([]byte, error) {
	return nil, errors.New("handler is nil")
}
