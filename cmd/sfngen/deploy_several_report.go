package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// finish prints the outcomes, and says in the end what was done and what was not.
func (s *severally) finish() error {
	lost := cmp.Or(s.flags.results.err, s.print())
	for _, r := range []result{deployed, unchanged, shownOnly, waiting, failed, notBegun} {
		if names := s.named(r); len(names) > 0 {
			fmt.Fprintf(s.c.ErrOrStderr(), "%s: %s\n", r, strings.Join(names, ", "))
		}
	}
	if lost != nil {
		return fmt.Errorf("the results could not be written: %w", lost)
	}
	left := len(s.named(failed)) + len(s.named(notBegun))
	if left == 0 {
		return nil
	}
	return s.verdict(fmt.Errorf("%d of %s not done", left, count.Of(len(s.list), "stack")))
}

// verdict is errFindings where CloudFormation or the user has refused, as for one stack.
func (s *severally) verdict(err error) error {
	for _, one := range s.list {
		if one.err != nil && deploy.KindOf(one.err) == "" && one.result == failed || s.c.Context().Err() != nil {
			return err
		}
	}
	for _, one := range s.list {
		if k := deploy.KindOf(one.err); one.err != nil && one.result == failed && k != deploy.Refused && k != deploy.Failed {
			return err
		}
	}
	fmt.Fprintf(s.c.ErrOrStderr(), "sfngen: %v\n", err)
	return errFindings
}

func (s *severally) named(r result) (names []string) {
	for _, one := range s.list {
		if one.result == r {
			names = append(names, printable.Line(one.folder.Name))
		}
	}
	return names
}

// severalRecord is one entry of what --json prints of several stacks.
type severalRecord struct {
	deploy.Outcome
	Result result `json:"result"`
	Error  string `json:"error,omitempty"`
}

func (s *severally) print() error {
	out := s.c.OutOrStdout()
	records := []severalRecord{}
	for _, one := range s.list {
		one.outcome.Stack = cmp.Or(one.outcome.Stack, one.folder.Name)
		r := severalRecord{Outcome: one.outcome.Whole(), Result: one.result}
		if one.err != nil {
			r.Error = cloud.Explain(one.err).Error()
		}
		records = append(records, r)
		if s.flags.format.isJSON() || s.flags.mode() != deploy.Execute || one.result != deployed && one.result != unchanged {
			continue
		}
		if _, err := fmt.Fprintf(out, "%s:\n", printable.Line(one.folder.Name)); err != nil {
			return err
		}
		if err := one.outcome.Write(out); err != nil {
			return err
		}
	}
	if s.flags.format.isJSON() {
		return printRecord(out, records)
	}
	return nil
}
