package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

func mockapiCommand() *cobra.Command {
	var cfg mockapi.Config
	var listen, authority string
	c := &cobra.Command{
		Use:   "mockapi",
		Short: "Serve an API with the limits that vendors have, on loopback",
		Long: `Serve an API with the limits and failures that vendors have, on loopback, to
try a spec against. Its URL and one line for each request go to stdout. Ctrl-C
ends it, once the answers in progress are sent.

It answers every method and path:

` + mockapi.Paths + `
An entry of a script is a status, a fault as above, or pass (as if there were
no script); then optionally xCOUNT to repeat it, @LATENCY, and any number of
:FIELD=VALUE (in quotes if the value has a comma or a colon). The values date,
epoch, epochms and rfc3339 with +2s or -2s stand for that time. The last entry
repeats; if the last entry is "...", the script starts over. Answers of a
script do not count towards limits.`,
		Example: `  sfngen mockapi --limit 5/10s --ban 3/1m
  sfngen mockapi --limit 100/1m:bucket --per credential --headers ratelimit
  sfngen mockapi --script 429:retry-after=2,503x2@100ms,200,...
  sfngen mockapi --script /orders=reset,200 --latency 50ms..200ms --errors 5%
  # from another address
  curl -i --interface 127.0.0.102 http://127.0.0.1:8429/orders`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			listener, err := mockapi.Listen(listen)
			if err != nil {
				return fmt.Errorf("--listen: %w", err)
			}
			return serveMockAPI(c, cfg, listener, authority)
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8429", "loopback `address` to listen on; port 0 takes any free one")
	addMockAPILimits(c, &cfg)
	addMockAPIFailures(c, &cfg)
	c.Flags().BoolVar(&cfg.HTTP2, "http2", false, "also speak HTTP/2")
	addParsed(c, "tls", "`KIND` of TLS: off, good, expired, wrong-name, self-signed, handshake (fails) or not-spoken", &cfg.TLS,
		mockapi.ParseTLS)
	completeMockAPI(c)
	c.Flags().StringVar(&authority, "ca", "", "with --tls: write the CA certificate to trust to this `file`")
	return c
}

func addMockAPILimits(c *cobra.Command, cfg *mockapi.Config) {
	addParsed(c, "limit", "let `N/TIME` through, such as 5/10s (a fixed window) or 5/10s:bucket", &cfg.Limit, mockapi.ParseLimit)
	addParsed(c, "per", "`WHO` is counted: ip, credential (Authorization or X-Api-Key) or all (default ip)", &cfg.Per, mockapi.ParsePer)
	c.Flags().IntVar(&cfg.Code, "code", 429, "`status` of calls over the limit")
	addParsed(c, "retry-after", "`FORM` of the requested wait: seconds, fraction, millis, date, none, past, negative, year or garbage "+
		"(default seconds)",
		&cfg.RetryAfter, mockapi.ParseRetryAfter)
	addParsed(c, "headers", "`NAMES` of the header fields that state the quota, separated by commas: ratelimit, ratelimit-list, "+
		"ratelimit-reset, x-ratelimit, "+
		"x-ratelimit-epoch, x-ratelimit-epoch-ms, x-ratelimit-rfc3339, x-ratelimit-requests", &cfg.Headers, mockapi.ParseQuotaHeaders)
	addParsed(c, "ban", "ban after `N/TIME`: N calls over the limit, for that time, such as 3/1m (403) or 3/1m:429", &cfg.Ban,
		mockapi.ParseBan)
}

func addMockAPIFailures(c *cobra.Command, cfg *mockapi.Config) {
	c.Flags().Func("script", "`ENTRIES` that answer in turn, such as 429,429,200, or /prefix=429,200; again for another path",
		func(text string) error {
			script, err := mockapi.ParsePathScript(text)
			cfg.Paths = append(cfg.Paths, script)
			return err
		})
	addParsed(c, "script-per", "`WHO` has its own turn in a script: ip, credential or all (default all)", &cfg.ScriptPer, mockapi.ParsePer)
	addParsed(c, "latency", "`TIME` before every answer, such as 50ms or 50ms..200ms", &cfg.Latency, mockapi.ParseRange)
	addParsed(c, "errors", "`SHARE` of requests that fail with 500, 502, 503 or 504, such as 5%", &cfg.Errors, mockapi.ParseShare)
}

func addParsed[T any](c *cobra.Command, name, usage string, to *T, parse func(string) (T, error)) {
	c.Flags().Func(name, usage, func(text string) (err error) {
		*to, err = parse(text)
		return err
	})
}

// serveMockAPI serves until Ctrl-C, or until nobody reads the output any more.
func serveMockAPI(c *cobra.Command, cfg mockapi.Config, listener net.Listener, authority string) error {
	defer listener.Close()
	collectAsUsual()
	ctx, stop := context.WithCancelCause(c.Context())
	defer stop(nil)
	var saying sync.Mutex
	say := func(w io.Writer, text string) {
		saying.Lock()
		defer saying.Unlock()
		if _, err := fmt.Fprintln(w, text); err != nil {
			stop(err)
		}
	}
	api, err := mockapi.New(cfg, mockapi.Environment{
		Now: time.Now, Sleep: clock.Sleep, Random: rand.Float64,
		Answered: func(r mockapi.Request) { say(c.OutOrStdout(), r.Line()) },
		Broken:   func(text string) { say(c.ErrOrStderr(), text) },
	})
	if err != nil {
		return err
	}
	trust, err := writeAuthority(api, authority)
	if err != nil {
		return err
	}
	url := api.Scheme() + "://" + listener.Addr().String()
	say(c.OutOrStdout(), url)
	say(c.ErrOrStderr(), fmt.Sprintf("try: curl -i %s%s/orders", trust, url))
	if err := api.Serve(ctx, listener); err != nil {
		return err
	}
	if c.Context().Err() == nil {
		return context.Cause(ctx)
	}
	return nil
}

// writeAuthority writes what a client has to trust, and gives the flags with
// which curl meets the API's certificate.
func writeAuthority(api *mockapi.API, file string) (curl string, err error) {
	switch {
	case api.Authority() == nil && file != "":
		return "", errors.New("--ca: there is no authority without --tls")
	case api.Authority() == nil:
		return "", nil
	case file == "":
		return "--insecure ", nil
	}
	return "--cacert " + file + " ", os.WriteFile(file, api.Authority(), 0o666)
}
