package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/stack"
	"github.com/sfngen/sfngen/spec"
)

// localFlags are those of the commands that run a stack on this machine.
type localFlags struct {
	findings findingFlags
	upstream string
	binaries bool
	cacert   string
	logs     bool
}

func (f *localFlags) add(c *cobra.Command) {
	f.findings.add(c)
	c.Flags().StringVar(&f.upstream, "upstream", "", "call this URL instead of the spec's upstream.url; private addresses are allowed then")
	c.Flags().BoolVar(&f.binaries, "binaries", false, "run the compiled Lambdas as processes behind Lambda's Runtime API (needs Go)")
	c.Flags().StringVar(&f.cacert, "cacert", "", "trust the certificates of this PEM `file` instead of the system's")
	c.Flags().BoolVar(&f.logs, "logs", false, "print what the Lambdas log")
}

// load reads the one spec, prints what is wrong with it and makes its stack.
func (f *localFlags) load(c *cobra.Command, name string) (*stack.Stack, error) {
	source, err := readOne(c.InOrStdin(), name)
	if err != nil {
		return nil, fmt.Errorf("reading the spec: %w", err)
	}
	return f.generate(c, source)
}

func (f *localFlags) generate(c *cobra.Command, source stack.Source) (*stack.Stack, error) {
	write, err := f.findings.writer(c.ErrOrStderr())
	if err != nil {
		return nil, err
	}
	var refused error
	s, findings := stack.LoadWith(source.Name, source.Text, func(file *spec.File) {
		if f.upstream != "" {
			refused = file.OverrideUpstream(f.upstream)
		}
	})
	if refused != nil {
		return nil, fmt.Errorf("--upstream: %w", refused)
	}
	if err := write(findings); err != nil {
		return nil, err
	}
	if spec.HasErrors(findings) || f.findings.strict && len(findings) > 0 {
		return nil, errFindings
	}
	return s, nil
}

// options are how the stack runs, as far as both commands agree.
func (f *localFlags) options(c *cobra.Command) (local.Options, error) {
	o := local.Options{Binaries: f.binaries, CACert: f.cacert}
	if f.logs {
		o.Log = c.ErrOrStderr()
	}
	if f.binaries {
		fmt.Fprintln(c.ErrOrStderr(), "note: compiling the Lambdas, which takes some seconds the first time")
	}
	if f.cacert == "" {
		return o, nil
	}
	pem, err := os.ReadFile(f.cacert)
	if err != nil {
		return o, fmt.Errorf("--cacert: %w", err)
	}
	o.RootCAs = x509.NewCertPool()
	if !o.RootCAs.AppendCertsFromPEM(pem) {
		return o, errors.New("--cacert: " + f.cacert + " holds no certificate in PEM form")
	}
	return o, nil
}
