package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// requiredFlags say what sfngen mockapi wants to see of its clients. They are read when
// the command runs, and not as flags: an error of a flag repeats its value.
type requiredFlags struct {
	headers, query []string
	oauth2         string
}

func (f *requiredFlags) add(c *cobra.Command, cfg *mockapi.Config) {
	c.Flags().StringArrayVar(&f.headers, "require-header", nil,
		"answer 401 without this header, `'NAME: VALUE'`; VALUE may be env:VARIABLE or file:PATH; again for another")
	c.Flags().StringArrayVar(&f.query, "require-query", nil,
		"answer 401 without this query parameter, `NAME=VALUE`; VALUE as for a header; again for another")
	c.Flags().StringVar(&f.oauth2, "oauth2", "",
		"give tokens at /token to this client, `ID=SECRET`, and answer 401 without one; SECRET as VALUE of a header")
	c.Flags().DurationVar(&cfg.OAuth2.Lifetime, "token-ttl", 0, "how long a token of /token counts, such as 30s (default 1h)")
}

func (f *requiredFlags) apply(cfg *mockapi.Config) error {
	for _, text := range f.headers {
		r, err := mockapi.ParseRequiredHeader(text)
		if err != nil {
			return fmt.Errorf("--require-header: %w", err)
		}
		cfg.Require = append(cfg.Require, r)
	}
	for _, text := range f.query {
		r, err := mockapi.ParseRequiredQuery(text)
		if err != nil {
			return fmt.Errorf("--require-query: %w", err)
		}
		cfg.Require = append(cfg.Require, r)
	}
	if f.oauth2 == "" {
		if cfg.OAuth2.Lifetime != 0 {
			return errors.New("--token-ttl: there is no token without --oauth2")
		}
		return nil
	}
	o, err := mockapi.ParseOAuth2(f.oauth2)
	if err != nil {
		return fmt.Errorf("--oauth2: %w", err)
	}
	o.Lifetime = cfg.OAuth2.Lifetime
	cfg.OAuth2 = o
	return nil
}

// writeClientCertificate writes it for the user alone: it holds a private key. It gives
// the flag with which curl shows it.
func writeClientCertificate(api *mockapi.API, file string) (curl string, err error) {
	if file == "" {
		return "", nil
	}
	pem, err := api.NewClientCertificate()
	if err != nil {
		return "", fmt.Errorf("--client-certificate: %w", err)
	}
	return "--cert " + shell.Quote(file) + " ", os.WriteFile(file, pem, 0o600)
}
