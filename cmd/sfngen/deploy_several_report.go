package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy"
	"github.com/sfngen/sfngen/internal/aws/deploy/several"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// summarize says of each stack what became of it.
func (s *severally) summarize() {
	for _, result := range several.Results {
		var names []string
		for _, one := range s.Of(result) {
			names = append(names, printable.Line(one.Name))
		}
		if len(names) > 0 {
			fmt.Fprintf(s.c.ErrOrStderr(), "%s: %s\n", result, strings.Join(names, ", "))
		}
	}
}

// severalRecord is one entry of what --json prints of several stacks.
type severalRecord struct {
	deploy.Outcome
	Result several.Result `json:"result"`
	Error  string         `json:"error,omitempty"`
}

func (s *severally) print() error {
	if s.flags.format.isJSON() {
		return printRecord(s.c.OutOrStdout(), s.records())
	}
	if s.Mode != deploy.Execute {
		return nil // its changes are shown
	}
	for _, one := range s.Of(several.Deployed, several.Unchanged) {
		if _, err := fmt.Fprintf(s.c.OutOrStdout(), "%s:\n", printable.Line(one.Name)); err != nil {
			return err
		}
		if err := one.Outcome.Write(s.c.OutOrStdout()); err != nil {
			return err
		}
	}
	return nil
}

func (s *severally) records() []severalRecord {
	records := []severalRecord{}
	for _, one := range s.List {
		one.Outcome.Stack = cmp.Or(one.Outcome.Stack, one.Name)
		r := severalRecord{Outcome: one.Outcome.Whole(), Result: one.Result}
		if one.Err != nil {
			r.Error = cloud.Explain(one.Err).Error()
		}
		records = append(records, r)
	}
	return records
}
