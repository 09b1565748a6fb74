package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// mockAPIFlags are the flags of sfngen mockapi.
type mockAPIFlags struct {
	cfg               mockapi.Config
	spec              string // whose limits are kept; "" for none
	rule              string // of the spec that its refusals are for, in words; "" for none
	env               envFlag
	listen, authority string
	required          requiredFlags
	clientCertificate string // the file that it is written to; "" for none
}

func (f *mockAPIFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:8429", "loopback `address` to listen on; port 0 takes any free one")
	c.Flags().Func("spec", "keep the upstream.limits of this `SPEC`", given(&f.spec))
	f.env.addOne(c)
	addMockAPILimits(c, &f.cfg)
	addMockAPIRefusals(c, &f.cfg)
	f.required.add(c, &f.cfg)
	addMockAPIFailures(c, &f.cfg)
	c.Flags().BoolVar(&f.cfg.HTTP2, "http2", false, "also speak HTTP/2")
	addParsed(c, "tls", "`KIND` of TLS: off, good, expired, wrong-name, self-signed, handshake (fails) or not-spoken", &f.cfg.TLS,
		mockapi.ParseTLS)
	c.Flags().Func("client-certificate", "with --tls good: write a certificate and its key to this `file`, and require it of clients",
		func(text string) error {
			f.cfg.ClientCertificates = true
			return given(&f.clientCertificate)(text)
		})
	completeMockAPI(c)
	c.Flags().StringVar(&f.authority, "ca", "", "with --tls: write the CA certificate to trust to this `file`")
}

// keepSpec adds the limits of --spec. Where neither --code nor --body says it, calls over
// them get an answer that the spec takes for a limit.
func (f *mockAPIFlags) keepSpec(c *cobra.Command) error {
	if f.spec == "" {
		if len(f.env.names) > 0 {
			return errors.New("--env: names an environment of --spec, which is not given")
		}
		return nil
	}
	one, err := stackOfSpec(c, f.spec, f.env)
	if err != nil {
		return err
	}
	p := one.Plan
	stated := p.UpstreamLimits()
	if len(stated) == 0 {
		return fmt.Errorf("--spec: %s states no upstream.limits; add what the API documents, or use --limit", f.spec)
	}
	f.cfg.Limits = append(mockapi.SpecLimits(stated), f.cfg.Limits...)
	policy := p.Attempts[0].Policy
	switch {
	case c.Flags().Changed("code"):
	case f.cfg.Body != nil:
		f.cfg.Code = mockapi.LimitCode(policy.RateLimited.StatusCodes)
	default:
		refusal := mockapi.SpecRefusal(policy, stated[0], p.OrchestratorConfig().Methods)
		f.cfg.Code, f.cfg.Header, f.cfg.Body, f.rule = refusal.Code, refusal.Header, refusal.Body, refusal.RuleWords()
	}
	return nil
}

// hint is how to call the API: by the spec whose limits it keeps, or else by hand.
func (f *mockAPIFlags) hint(trust, url string) string {
	if f.spec == "" || f.spec == "-" || trust != "" {
		return fmt.Sprintf("try: curl -i %s%s/orders", trust, url)
	}
	hint := "keeps"
	for _, limit := range f.cfg.Limits {
		hint += " " + limit.String()
	}
	if f.rule != "" {
		hint += fmt.Sprintf("; refuses with %d, as %s has it", f.cfg.Code, f.rule)
	}
	if len(f.env.names) > 0 {
		url += " --env " + shell.Quote(f.env.names[0])
	}
	return hint + "\ntry: sfngen run " + shell.Quote(f.spec) + " GET / --upstream " + url
}

func addMockAPILimits(c *cobra.Command, cfg *mockapi.Config) {
	c.Flags().Func("limit", "let `N/TIME` through, such as 5/10s or 100/1s:burst=20:credential (see above); again for another limit",
		func(text string) error {
			limit, err := mockapi.ParseLimit(text)
			cfg.Limits = append(cfg.Limits, limit)
			return err
		})
	addParsed(c, "window", "`KIND` of limits that do not say it: fixed, clock, sliding or bucket (default fixed)", &cfg.Kind,
		mockapi.ParseLimitKind)
	addParsed(c, "per", "`WHO` is counted by limits that do not say it: ip, credential or all (default ip)", &cfg.Per, mockapi.ParsePer)
}

func addMockAPIRefusals(c *cobra.Command, cfg *mockapi.Config) {
	c.Flags().IntVar(&cfg.Code, "code", 429, "`status` of calls over a limit; without it an answer that --spec takes for a limit")
	addParsed(c, "body", "`TEXT` of calls over a limit, or @FILE with it; without it what was received", &cfg.Body, textOrFile)
	addParsed(c, "retry-after", "`FORM` of the requested wait: seconds, fraction, millis, date, none, past, negative, year or garbage "+
		"(default seconds)",
		&cfg.RetryAfter, mockapi.ParseRetryAfter)
	addParsed(c, "headers", "`NAMES` of the header fields that state the quota, separated by commas: ratelimit, ratelimit-list, "+
		"ratelimit-reset, x-ratelimit, "+
		"x-ratelimit-epoch, x-ratelimit-epoch-ms, x-ratelimit-rfc3339, x-ratelimit-requests", &cfg.Headers, mockapi.ParseQuotaHeaders)
	addParsed(c, "ban", "ban after `N/TIME`: N calls over a limit, for that time, such as 3/1m (403), 3/1m:429, or "+
		"3/2m..72h:418, twice as long each time", &cfg.Ban, mockapi.ParseBan)
}

// textOrFile is what curl makes of --data: a text, or after an @ the content of a file.
func textOrFile(text string) ([]byte, error) {
	if name, isFile := strings.CutPrefix(text, "@"); isFile {
		return os.ReadFile(name)
	}
	return []byte(text), nil
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
