package lambda

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/sfngen/sfngen/internal/clock"
)

// Binary runs a function as processes of the compiled bootstrap at path, each
// behind its own Lambda Runtime API on 127.0.0.1. A process gets the variables that
// Lambda sets and the function's, but none of this process, and the bootstrap's
// folder as its working directory. A bootstrap that cannot be started is an error
// of the invocation, Runtime.InvalidEntrypoint, as on AWS.
func Binary(path string) Code { return binary(path) }

type binary string

func (path binary) deploy(d deployment) program {
	return &bootstrap{deployment: d, path: string(path)}
}

// bootstrap starts processes.
type bootstrap struct {
	deployment
	path string
}

func (b *bootstrap) start(ctx context.Context) (sandbox, error) {
	path, err := filepath.Abs(b.path)
	if err != nil {
		return nil, err
	}
	api, err := listen()
	if err != nil {
		return nil, fmt.Errorf("listen for the Lambda Runtime API: %w", err)
	}
	process, err := startProcess(path, b.environment(api.address(), filepath.Dir(path)), b.log)
	if err != nil {
		api.close()
		return nil, startFailure(path, err)
	}
	box := &processSandbox{api: api, process: process, clock: b.clock}
	if err := box.initialize(ctx); err != nil {
		box.end()
		return nil, err
	}
	return box, nil
}

// environment is of one sandbox: NAME=value.
func (b *bootstrap) environment(api, root string) []string {
	var stream [16]byte
	_, _ = rand.Read(stream[:]) // never fails (package crypto/rand)
	all := []string{
		"AWS_LAMBDA_RUNTIME_API=" + api,
		"AWS_LAMBDA_LOG_STREAM_NAME=" + b.clock.Now().UTC().Format("2006/01/02") + "/[$LATEST]" + hex.EncodeToString(stream[:]),
		"LAMBDA_TASK_ROOT=" + root,
		"LAMBDA_RUNTIME_DIR=/var/runtime",
	}
	for name, value := range b.variables {
		all = append(all, name+"="+value)
	}
	return all
}

// startFailure distinguishes a bootstrap that cannot run from a machine that cannot
// start another process.
func startFailure(path string, err error) error {
	switch {
	case errors.Is(err, os.ErrNotExist) && !exists(path):
		return invalidEntrypoint(fmt.Sprintf("Couldn't find valid bootstrap(s): [%s]", path))
	case isExhausted(err):
		return fmt.Errorf("start the bootstrap: %w", err)
	}
	return invalidEntrypoint(err.Error())
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func isExhausted(err error) bool {
	for _, exhausted := range []error{syscall.EAGAIN, syscall.ENOMEM, syscall.EMFILE, syscall.ENFILE} {
		if errors.Is(err, exhausted) {
			return true
		}
	}
	return false
}

// processSandbox is a process and its Runtime API.
type processSandbox struct {
	api     *runtimeAPI
	process *process
	clock   clock.Clock
}

func (b *processSandbox) alive() bool {
	select {
	case <-b.process.exited:
		return false
	default:
		return true
	}
}

func (b *processSandbox) end() {
	b.process.kill()
	b.api.close()
}

// initialize waits until the runtime requests its first invocation.
func (b *processSandbox) initialize(ctx context.Context) error {
	select {
	case <-b.api.ready:
		return nil
	case payload := <-b.api.initErrors:
		return reported(payload)
	case <-b.process.exited:
	case <-ctx.Done():
		return ctx.Err()
	}
	// It may have reported why before it exited.
	select {
	case payload := <-b.api.initErrors:
		return reported(payload)
	default:
		return exited(b.process.state)
	}
}

// invoke hands the invocation over and waits for the answer, and until the runtime
// is ready again: it may still crash after its answer.
func (b *processSandbox) invoke(ctx context.Context, i invocation) ([]byte, error) {
	a, err := b.answerTo(ctx, i)
	if err != nil {
		b.end()
		return nil, err
	}
	select {
	case <-b.api.ready:
	case <-b.process.exited:
		b.end()
	case <-ctx.Done():
		b.end()
	}
	return a.payload, a.err
}

func (b *processSandbox) answerTo(ctx context.Context, i invocation) (answer, error) {
	handed := b.api.hand(i)
	select {
	case a := <-handed.answers:
		return b.inTime(ctx, i, a)
	case <-b.process.exited:
	case <-ctx.Done():
		return answer{}, errEnded
	}
	select {
	case a := <-handed.answers:
		return b.inTime(ctx, i, a)
	default:
		return answer{}, exited(b.process.state)
	}
}

// inTime refuses an answer at the deadline, which the function knows too.
func (b *processSandbox) inTime(ctx context.Context, i invocation, a answer) (answer, error) {
	if ctx.Err() != nil || !b.clock.Now().Before(i.deadline) {
		return answer{}, errEnded
	}
	return a, nil
}
