package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local/judge"
	"github.com/sfngen/sfngen/internal/term/screen"
)

func judgeCommand() *cobra.Command {
	var f judgeFlags
	c := &cobra.Command{
		Use:   "judge SPEC",
		Short: "Say what an answer of the API means: which rule decides, and what follows",
		Long: `Say what a stack makes of an answer of its API, without a call: which rule or
list of status codes decides, and whether, when and through which egress another
attempt follows. The egress of the stack judges it, as it does in a run.

The answer is what curl -i prints, on stdin: the last one counts, after those of
a proxy or of redirects that curl followed. Or --status, -H and --body say it.

Requested waits count from the answer's Date, or from now. The attempts before
that of --attempt are taken to have failed at once, for a passing reason.`,
		Example: `  curl -is https://api.acme.example/orders | sfngen judge acme-orders.yaml
  sfngen judge acme-orders.yaml --status 429 -H 'retry-after: 30'
  sfngen judge acme-orders.yaml --status 403 --body @answer.json --method POST`,
		Args: exactlyOne("SPEC"),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0]) },
	}
	f.add(c)
	return c
}

// judgeFlags are the flags of sfngen judge.
type judgeFlags struct {
	env     envFlag
	format  format
	status  int // 0: the answer is on stdin
	headers []string
	body    string
	method  string
	trigger string
	attempt int
}

func (f *judgeFlags) add(c *cobra.Command) {
	c.Flags().IntVar(&f.status, "status", 0, "the `code` of the answer; without it the answer is read from stdin")
	c.Flags().StringArrayVarP(&f.headers, "header", "H", nil, "a `'Name: value'` of the answer; may be given several times")
	c.Flags().StringVar(&f.body, "body", "", "the `body` of the answer; @file reads it from a file, @- from stdin")
	c.Flags().StringVar(&f.method, "method", "", "the `method` of the request; without it the first of upstream.methods")
	c.Flags().StringVar(&f.trigger, "trigger", "", "the `name` of the schedule or event that sends the request; without it a caller does")
	c.Flags().IntVar(&f.attempt, "attempt", 1, "which `attempt` gets the answer")
	f.env.addOne(c)
	f.format.add(c, "the verdict", formatText, formatJSON)
	_ = c.RegisterFlagCompletionFunc("method", methodsOfSpec) // they were added above
	_ = c.RegisterFlagCompletionFunc("trigger", triggersOfSpec)
}

func (f *judgeFlags) run(c *cobra.Command, name string) error {
	if err := f.check(c, name); err != nil {
		return seeHelp(c, err)
	}
	s, err := stackOfSpec(c, name, f.env)
	if err != nil {
		return err
	}
	answer, err := f.answer(c)
	if err != nil {
		return err
	}
	v, err := judge.Of(s.Plan, judge.Case{
		Answer: answer, Attempt: f.attempt, Method: strings.ToUpper(f.method), Trigger: f.trigger, Now: time.Now(),
	})
	if err != nil {
		return err
	}
	if f.format.isJSON() {
		return printRecord(c.OutOrStdout(), v)
	}
	for _, line := range v.Lines(ruleAt(s, v)) {
		fmt.Fprintln(c.OutOrStdout(), line) // Run flushes the stream, and sees its error
	}
	return nil
}

// check finds what does not go together before anything is read.
func (f *judgeFlags) check(c *cobra.Command, name string) error {
	set := func(flag string) bool { return c.Flags().Changed(flag) }
	switch {
	case !set("status") && (set("header") || set("body")):
		return errors.New("-H and --body say what an answer has beside its status: add --status, " +
			"or leave them out and give the whole answer on stdin")
	case set("status") && (f.status < 200 || f.status > 599):
		return fmt.Errorf("--status: the status of an answer is 200 to 599, got %d", f.status)
	case name == "-" && (!set("status") || f.body == "@-"):
		return errors.New("stdin cannot be both the spec and the answer: name the file of the spec, or give --status")
	case !set("status") && screen.CanType(c.InOrStdin()):
		return errors.New("nothing says what the API has answered: let curl -i write to sfngen judge, or give --status")
	}
	return nil
}

// answer is what the flags say, or stdin.
func (f *judgeFlags) answer(c *cobra.Command) (curl.Answer, error) {
	if f.status == 0 {
		a, err := curl.ReadAnswer(c.InOrStdin())
		if err != nil {
			err = fmt.Errorf("the answer on stdin: %w", err)
		}
		return a, err
	}
	header, err := curl.Fields(f.headers)
	if err != nil {
		return curl.Answer{}, err
	}
	body, err := curl.ReadBody("--body", f.body, c.InOrStdin())
	return curl.Answer{StatusCode: f.status, Header: header, Body: body}, err
}

// ruleAt is the line of the rule that decides; "" for none.
func ruleAt(s *stack.Stack, v judge.Verdict) string {
	if v.Rule == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.Origin.Name(), s.Origin.Position(v.DecidedBy).Line)
}
