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
	errNobody   = errors.New("there is nobody to ask (stdin or stderr is not a terminal): use --yes to continue without a question")
	errNoAnswer = errors.New("no answer: use --yes to continue without a question")
)

// consent asks before something changes, unless --yes has answered already.
type consent struct{ yes bool }

func (a *consent) add(c *cobra.Command) {
	c.Flags().BoolVarP(&a.yes, "yes", "y", false, "do not ask before changing something")
}

// check fails before anything begins if there will be nobody to ask: the user types
// into stdin, and reads the question on stderr.
func (a *consent) check(c *cobra.Command) error {
	if a.yes || screen.CanType(c.InOrStdin()) && screen.IsTerminal(c.ErrOrStderr()) {
		return nil
	}
	return errNobody
}

// outliveReaders keeps a command that changes something in AWS, if only for a moment,
// from dying in the middle of it because its reader has ended
// (sfngen deploy --dry-run | head).
func outliveReaders() { signal.Ignore(syscall.SIGPIPE) }

// ask accepts only y and yes as a yes. An interrupt ends the question, too.
func (a *consent) ask(c *cobra.Command) func(context.Context, string) (bool, error) {
	return func(ctx context.Context, question string) (bool, error) {
		if a.yes {
			return true, nil
		}
		forgetTyped(c.InOrStdin()) // it was no answer to this question
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

// longestAnswer is more than anybody types; longer input counts as no.
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
