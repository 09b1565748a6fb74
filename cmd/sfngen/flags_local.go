package main

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/term/findings"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/spec"
)

// localFlags are those of the commands that run a stack on this machine.
type localFlags struct {
	env      envFlag
	strict   bool
	upstream string
	tokenURL string
	binaries bool
	cacert   string
	logs     bool

	credentials credentialFlags
}

func (f *localFlags) add(c *cobra.Command) {
	f.env.addOne(c)
	c.Flags().BoolVar(&f.strict, "strict", false, "treat warnings as errors")
	c.Flags().Func("upstream", "call this `URL`, base path included, instead of the spec's upstream.url; it may have a private address",
		given(&f.upstream))
	c.Flags().Func("token-url", "ask this `URL` for tokens instead of the spec's upstream.credentials.oauth2.tokenUrl; it may have a private "+
		"address", given(&f.tokenURL))
	c.Flags().BoolVar(&f.binaries, "binaries", false, "run the compiled Lambdas as processes behind Lambda's Runtime API (needs Go)")
	c.Flags().Func("cacert", "trust the certificates of this PEM `file` instead of the system's", given(&f.cacert))
	f.credentials.add(c)
	c.Flags().BoolVar(&f.logs, "logs", false, "print what the Lambdas log")
}

var (
	errSpec   = errors.New("the spec has errors (above)")
	errStrict = errors.New("the spec has warnings (above), which --strict treats as errors")
)

// given accepts any text except an empty one: a shell variable that is not set must
// not result in a call of the real API.
func given(to *string) func(string) error {
	return func(text string) error {
		if text == "" {
			return errors.New("is empty; leave the flag out, or give it a value")
		}
		*to = text
		return nil
	}
}

// generate generates the spec's stack. Findings that stop it give errSpec or
// errStrict; printing them is up to the caller in any case.
func (f *localFlags) generate(source stack.Source) (*stack.Stack, []spec.Finding, error) {
	environment, err := f.env.one(source)
	if err != nil {
		return nil, nil, err
	}
	var refused error
	s, findings := stack.LoadWith(source, func(s *spec.Spec) { refused = f.override(s) }, only(environment)...)
	switch {
	case refused != nil:
		return nil, nil, refused
	case spec.HasErrors(findings):
		return nil, findings, errSpec
	case f.strict && len(spec.Open(findings)) > 0:
		return nil, findings, errStrict
	}
	return s, findings, nil
}

// override puts what the flags name in the place of what the spec calls.
func (f *localFlags) override(s *spec.Spec) error {
	if f.upstream != "" {
		if err := s.OverrideUpstream(f.upstream); err != nil {
			return fmt.Errorf("--upstream: %w", err)
		}
	}
	if f.tokenURL != "" {
		if err := s.OverrideTokenURL(f.tokenURL); err != nil {
			return fmt.Errorf("--token-url: %w", err)
		}
	}
	return nil
}

// noteTokens says that a client's secret goes to the real token endpoint, where another
// API is called in place of the real one.
func (f *localFlags) noteTokens(w io.Writer, s *stack.Stack) {
	if url := local.TokenURL(s.Plan); url != "" && f.upstream != "" && f.tokenURL == "" {
		fmt.Fprintf(w, "note: --upstream is for the API alone: tokens are of %s, which gets the client's secret; "+
			"--token-url names another\n", url)
	}
}

// options are how the stack of a spec runs, where both commands agree.
func (f *localFlags) options(stderr io.Writer, specName string) (local.Options, error) {
	o := local.Options{Binaries: f.binaries, CACert: f.cacert}
	var err error
	if o.Secrets, err = f.credentials.sources(specName); err != nil {
		return o, err
	}
	if o.Table, err = local.TableOf(os.Getenv); err != nil {
		return o, err
	}
	if f.logs {
		o.Log = printable.Writer(stderr)
	}
	if f.binaries {
		fmt.Fprintln(stderr, "note: compiling the Lambdas; this takes a few seconds the first time")
	}
	if f.cacert == "" {
		return o, nil
	}
	pem, err := os.ReadFile(f.cacert)
	if err != nil {
		return o, fmt.Errorf("--cacert: %w", err)
	}
	if o.CACert, err = filepath.Abs(f.cacert); err != nil { // compiled Lambdas run in another folder
		return o, fmt.Errorf("--cacert: %w", err)
	}
	o.RootCAs = x509.NewCertPool()
	if !o.RootCAs.AppendCertsFromPEM(pem) {
		return o, errors.New("--cacert: " + f.cacert + " holds no certificate in PEM form")
	}
	return o, nil
}

// findingsPrinter prints a spec's findings in full, but not the same ones twice in a
// row: dev reads the same spec many times.
type findingsPrinter struct {
	to   io.Writer
	last []string
}

func (p *findingsPrinter) print(list []spec.Finding) {
	list = spec.Open(list)
	said := make([]string, len(list))
	for i, f := range list {
		said[i] = f.Path + f.Message
	}
	repeated := !spec.HasErrors(list) && slices.Equal(said, p.last)
	p.last = said
	if repeated {
		return
	}
	var text bytes.Buffer
	_ = findings.Text(&text, list, findingStyle(p.to)) // to memory
	_, _ = p.to.Write(text.Bytes())
}
