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
	"github.com/sfngen/sfngen/internal/term/count"
)

func mockapiCommand() *cobra.Command {
	var f mockAPIFlags
	c := &cobra.Command{
		Use:   "mockapi",
		Short: "Serve an API with the limits that vendors have, on loopback",
		Long: `Serve an API with the limits and failures that vendors have, on loopback, to
try a spec against. Its URL and one line for each request go to stdout. Ctrl-C
ends it, once the answers in progress are sent; stderr then says what each limit
saw of each client: the most calls in any span of its window.

It answers every method and path:

` + mockapi.Paths + `
An entry of a script is a status, a fault as above, or pass (as if there were
no script); then optionally xCOUNT to repeat it, @LATENCY, any number of
:FIELD=VALUE, and :body=TEXT (in quotes, single or double, if there is a comma
or a colon in it). The values date, epoch, epochms and rfc3339 with +2s or -2s
stand for that time. The last entry repeats; if the last entry is "...", the
script starts over. Answers of a script do not count towards limits.

A limit is N/TIME, then any of
  :fixed       a window begins with a client's first call (as without a word)
  :clock       windows are full minutes, hours, days in UTC
  :sliding     no span of the time sees more; :refused counts refused calls too
  :bucket      refilled one by one; :burst=N says how many it holds
  :ip, :credential (Authorization or X-Api-Key), :all
               who is counted, each by itself or all together
All limits hold at once, and a call that one refuses counts for no other.

What --require-header, --require-query, --oauth2 and --client-certificate ask for
is looked at first: without it an answer is 401, or the handshake fails. Neither
the lines on stdout nor an error show a value.

With --spec it keeps the upstream.limits of a spec: all of them at once, beside
those of --limit. Which windows an API has is not in a spec: --window says it.
It refuses as the spec knows the API: with an answer that the first of its rules
with is: rateLimited matches, or else with one of retry.rateLimit.statusCodes.`,
		Example: `  sfngen mockapi --spec acme-orders.yaml --headers x-ratelimit-epoch
  sfngen mockapi --limit 5/10s --ban 3/1m
  sfngen mockapi --limit 100/1m:bucket --per credential --headers ratelimit
  sfngen mockapi --script 429:retry-after=2,503x2@100ms,200,...
  sfngen mockapi --script /orders=reset,200 --latency 50ms..200ms --errors 5%
  sfngen mockapi --script "200:body='{\"error\": \"THROTTLED\"}',200"
  sfngen mockapi --require-header 'authorization: Bearer dev'
  # from another address
  curl -i --interface 127.0.0.102 http://127.0.0.1:8429/orders`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := errors.Join(f.keepSpec(c), f.required.apply(&f.cfg)); err != nil {
				return err
			}
			listener, err := mockapi.Listen(f.listen)
			if err != nil {
				return fmt.Errorf("--listen: %w", err)
			}
			return f.serve(c, listener)
		},
	}
	f.add(c)
	return c
}

// serve serves until Ctrl-C, or until nobody reads the output any more.
func (f *mockAPIFlags) serve(c *cobra.Command, listener net.Listener) error {
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
	api, err := mockapi.New(f.cfg, mockapi.Environment{
		Now: time.Now, Sleep: clock.Sleep, Random: rand.Float64,
		Answered: func(r mockapi.Request) { say(c.OutOrStdout(), r.Line()) },
		Broken:   func(text string) { say(c.ErrOrStderr(), text) },
	})
	if err != nil {
		return err
	}
	trust, err := writeAuthority(api, f.authority)
	if err != nil {
		return err
	}
	certificate, err := writeClientCertificate(api, f.clientCertificate)
	if err != nil {
		return err
	}
	url := api.Scheme() + "://" + listener.Addr().String()
	say(c.OutOrStdout(), url)
	say(c.ErrOrStderr(), f.hint(trust+certificate, url))
	if err := api.Serve(ctx, listener); err != nil {
		return err
	}
	if c.Context().Err() == nil {
		return context.Cause(ctx)
	}
	saySaw(api.Saw(), func(line string) { say(c.ErrOrStderr(), line) })
	return nil
}

// mostSaw is how many clients of all limits are told of at the end.
const mostSaw = 100

func saySaw(all []mockapi.Saw, say func(line string)) {
	for i, one := range all {
		if i == mostSaw {
			say(fmt.Sprintf("and %s more", count.Of(len(all)-mostSaw, "line")))
			return
		}
		say("saw " + one.Line())
	}
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
