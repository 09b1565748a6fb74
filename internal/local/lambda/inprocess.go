package lambda

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/sfngen/sfngen/internal/clock"
)

// InProcess runs a function as a Go value in this process. newHandler creates it
// from the function's environment variables, as the function's main would. It is
// called once per Put (again only after a failure), and all invocations share its
// handler, also concurrent ones. An error of newHandler acts like a main that
// writes it to stderr and exits with status 1.
//
// A handler must not call os.Exit, which would end this process. A handler that runs past its time limit continues without effect:
// nothing can stop a goroutine.
func InProcess(newHandler func(env func(string) string) (Handler, error)) Code {
	return inProcess(newHandler)
}

type inProcess func(env func(string) string) (Handler, error)

func (newHandler inProcess) deploy(d deployment) program {
	return &handlerProgram{deployment: d, newHandler: newHandler}
}

// handlerProgram is a handler that is created on first use.
type handlerProgram struct {
	deployment
	newHandler inProcess

	mu   sync.Mutex
	main *handlerMain // nil: to be run
}

// handlerMain is one call of newHandler.
type handlerMain struct {
	done    chan struct{}
	handler *sharedHandler
	err     error
}

func (p *handlerProgram) start(ctx context.Context) (sandbox, error) {
	main := p.running()
	select {
	case <-main.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if main.err != nil {
		p.forget(main)
		return nil, main.err
	}
	return &handlerSandbox{handler: main.handler, log: p.log, clock: p.clock}, nil
}

// running is the call of newHandler that every sandbox waits for.
func (p *handlerProgram) running() *handlerMain {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.main == nil {
		p.main = &handlerMain{done: make(chan struct{})}
		go p.run(p.main)
	}
	return p.main
}

func (p *handlerProgram) forget(main *handlerMain) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.main == main {
		p.main = nil
	}
}

func (p *handlerProgram) run(main *handlerMain) {
	defer func() {
		if v := recover(); v != nil {
			main.err = p.log.crash(v)
			close(main.done)
		}
	}()
	handler, err := p.newHandler(func(name string) string { return p.variables[name] })
	if err != nil {
		p.log.write([]byte(err.Error()))
		main.err = exited("exit status 1")
	}
	main.handler = newSharedHandler(handler)
	close(main.done)
}

// crash logs an unrecovered panic, and returns the failure that ends the process.
func (l *lineLog) crash(v any) *failure {
	l.write(fmt.Appendf(nil, "panic: %v\n\n%s", v, debug.Stack()))
	return exited("exit status 2")
}

// handlerSandbox makes invocations of a shared handler cold or warm.
type handlerSandbox struct {
	handler *sharedHandler
	log     *lineLog
	clock   clock.Clock
	ended   atomic.Bool
}

func (b *handlerSandbox) alive() bool { return !b.ended.Load() }
func (b *handlerSandbox) end()        { b.ended.Store(true) }

func (b *handlerSandbox) invoke(ctx context.Context, i invocation) ([]byte, error) {
	replies := make(chan reply, 1)
	go func() { replies <- b.call(handlerContext(ctx, i), i.payload) }()
	select {
	case r := <-replies:
		if ctx.Err() == nil && b.clock.Now().Before(i.deadline) {
			if r.exits {
				b.end()
			}
			return r.payload, r.err
		}
	case <-ctx.Done():
	}
	b.end()
	return nil, errEnded
}

// handlerContext is the one that aws-lambda-go gives to a handler.
func handlerContext(ctx context.Context, i invocation) context.Context {
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: i.requestID, InvokedFunctionArn: i.arn})
	//lint:ignore SA1029 the key is aws-lambda-go's
	return context.WithValue(ctx, "x-amzn-trace-id", i.traceID)
}

// call does what aws-lambda-go's loop does around a handler. A handler that leaves
// by runtime.Goexit never replies, as in aws-lambda-go.
func (b *handlerSandbox) call(ctx context.Context, payload []byte) (r reply) {
	defer func() {
		if v := recover(); v != nil {
			r = b.panicked(v)
		}
	}()
	answer, err := b.handler.invoke(ctx, payload)
	if err != nil {
		return errorReply(err)
	}
	return answerReply(answer)
}
