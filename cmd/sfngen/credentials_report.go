package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	awssecrets "github.com/sfngen/sfngen/internal/aws/secrets"
	"github.com/sfngen/sfngen/internal/local/secrets"
	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/internal/term/table"
)

// credentialsReport is what sfngen credentials check --json prints: no value, nor anything
// of one.
type credentialsReport struct {
	Stack       string             `json:"stack"`
	Region      string             `json:"region,omitempty"` // with --aws
	Account     string             `json:"account,omitempty"`
	Credentials []credentialReport `json:"credentials"`
}

type credentialReport struct {
	Kind string    `json:"kind"` // secret or parameter
	ID   string    `json:"id"`   // as the spec has it
	Key  string    `json:"key,omitempty"`
	Name string    `json:"name"` // what --credential calls it
	Uses []string  `json:"uses"`
	Here presence  `json:"here"`
	AWS  *presence `json:"aws,omitempty"` // with --aws
}

// presence is where a value is. State is there, missing, unusable or unknown.
type presence struct {
	State string `json:"state"`
	From  string `json:"from,omitempty"`
	Why   string `json:"why,omitempty"`
}

// The states.
const (
	isThere    = "there"
	isMissing  = "missing"
	isUnusable = "unusable"
	isUnknown  = "unknown"
)

func reportOf(stackName string, values *secrets.Values) credentialsReport {
	r := credentialsReport{Stack: stackName, Credentials: []credentialReport{}}
	for _, g := range values.Given() {
		r.Credentials = append(r.Credentials, credentialReport{
			Kind: string(g.Need.Kind), ID: g.Need.ID, Key: g.Key, Name: g.Name, Uses: g.Uses(), Here: hereOf(g),
		})
	}
	return r
}

func hereOf(g secrets.Given) presence {
	switch {
	case g.Err == nil:
		return presence{State: isThere, From: g.From}
	case errors.As(g.Err, new(secrets.Missing)):
		return presence{State: isMissing}
	}
	return presence{State: isUnusable, From: g.From, Why: g.Err.Error()}
}

func presenceReportOf(p awssecrets.Presence) *presence {
	switch {
	case p.Here:
		return &presence{State: isThere}
	case p.Unknown:
		return &presence{State: isUnknown, Why: p.Why}
	}
	return &presence{State: isMissing, Why: p.Why}
}

func (r credentialReport) isMissingInAWS() bool { return r.AWS != nil && r.AWS.State == isMissing }

func (f *credentialsFlags) print(c *cobra.Command, r credentialsReport) error {
	out := c.OutOrStdout()
	switch {
	case f.format.isJSON():
		return printRecord(out, r)
	case len(r.Credentials) == 0:
		_, err := fmt.Fprintln(out, r.Stack+" names no credentials")
		return err
	}
	t := table.Table{Head: []string{"CREDENTIAL", "GOES INTO", "HERE"}}
	if f.ask {
		t.Head = append(t.Head, "AWS")
	}
	for _, one := range r.Credentials {
		row := []string{one.Kind + " " + one.Name, strings.Join(one.Uses, ", "), one.Here.cell()}
		if f.ask {
			row = append(row, one.AWS.State)
		}
		t.Rows = append(t.Rows, row)
	}
	if _, err := io.WriteString(out, t.Text(screen.Columns(out), screen.Painter(out))); err != nil {
		return err
	}
	if f.ask {
		r.explain(c.ErrOrStderr())
	}
	return nil
}

// cell is where a value comes from, or that there is none.
func (p presence) cell() string {
	if p.State == isThere {
		return p.From
	}
	return p.State
}

// explain says of each that is not in AWS why.
func (r credentialsReport) explain(stderr io.Writer) {
	said := map[string]bool{}
	for _, one := range r.Credentials {
		what := one.Kind + " " + one.ID
		if one.AWS.State == isThere || said[what] {
			continue
		}
		said[what] = true
		fmt.Fprintf(stderr, "%s: %s: %s\n", what, one.AWS.State, cmp.Or(one.AWS.Why, "no reason given"))
	}
}
