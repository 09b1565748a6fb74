package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/term/screen"
)

var (
	errNobody   = errors.New("there is nobody to ask (stdin or stderr is not a terminal): say --yes to go on without being asked")
	errNoAnswer = errors.New("no answer: say --yes to go on without being asked")
)

// consent asks before something changes, unless --yes has answered already.
type consent struct{ yes bool }

func (a *consent) add(c *cobra.Command) {
	c.Flags().BoolVarP(&a.yes, "yes", "y", false, "do not ask")
}

// check fails before anything has begun when there will be nobody to ask: a person
// types into stdin, and reads the question on stderr.
func (a *consent) check(c *cobra.Command) error {
	if a.yes || screen.CanType(c.InOrStdin()) && screen.IsTerminal(c.ErrOrStderr()) {
		return nil
	}
	return errNobody
}

// outliveReaders is for a command that changes something in AWS, if only for a
// moment: it must not die in the middle of that because nobody reads its lines any
// more (sfngen deploy --dry-run | head).
func outliveReaders() { signal.Ignore(syscall.SIGPIPE) }

// ask takes only y and yes for a yes. An interrupt ends the question, too.
func (a *consent) ask(c *cobra.Command) func(context.Context, string) (bool, error) {
	return func(ctx context.Context, question string) (bool, error) {
		if a.yes {
			return true, nil
		}
		forgetTyped(c.InOrStdin()) // it was no answer to this
		fmt.Fprint(c.ErrOrStderr(), question+" [y/N] ")
		if err := screen.Flush(c.ErrOrStderr()); err != nil {
			return false, err
		}
		answer, err := readLine(ctx, c.InOrStdin())
		if err != nil {
			fmt.Fprintln(c.ErrOrStderr())
			return false, err
		}
		answer = strings.ToLower(strings.TrimSpace(answer))
		return answer == "y" || answer == "yes", nil
	}
}

// longestAnswer is more than anybody types; who pours something in gets no for an
// answer.
const longestAnswer = 256

func readLine(ctx context.Context, in io.Reader) (string, error) {
	type read struct {
		line string
		err  error
	}
	got := make(chan read, 1)
	go func() {
		line, err := bufio.NewReader(io.LimitReader(in, longestAnswer)).ReadString('\n')
		got <- read{line, err}
	}()
	select {
	case r := <-got:
		if r.err != nil && r.line == "" {
			return "", errNoAnswer
		}
		return r.line, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
