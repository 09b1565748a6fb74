package probe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/egress"
)

// pool is egresses by what each answers in a round; a text in angle brackets is
// an error of Invoke, one in curly ones an answer as it is, others addresses.
type pool [][]string

const service = "https://checkip.amazonaws.com"

func (p pool) options() probe.Options {
	o := probe.Options{Rounds: 1}
	rounds := make([]atomic.Int64, len(p))
	for i, answers := range p {
		o.Egresses = append(o.Egresses, fmt.Sprintf("acme-egress-%d", i+1))
		o.Rounds = max(o.Rounds, len(answers))
	}
	o.Invoke = func(_ context.Context, function string, _ []byte) ([]byte, error) {
		var k int
		if _, err := fmt.Sscanf(function, "acme-egress-%d", &k); err != nil {
			return nil, err
		}
		return answer(k, p[k-1][int(rounds[k-1].Add(1)-1)%len(p[k-1])])
	}
	return o
}

func answer(k int, text string) ([]byte, error) {
	switch {
	case strings.HasPrefix(text, "<"):
		return nil, errors.New(strings.Trim(text, "<>"))
	case strings.HasPrefix(text, "{"):
		return []byte(text), nil
	}
	return fmt.Appendf(nil, `{"probe":{"egress":%d,"address":%q,"service":%q}}`, k, text, service), nil
}

func faulty(fault, reason string) string {
	return fmt.Sprintf(`{"probe":{"egress":1,"service":%q,"fault":%q,"reason":%q}}`, service, fault, reason)
}

func TestWrite(t *testing.T) {
	tests := []struct {
		name string
		pool pool
		want string
	}{
		{"each its own", pool{{"3.120.4.5"}, {"18.184.2.9"}, {"3.120.4.7"}}, `
EGRESS  FUNCTION       ADDRESS     ROUNDS
1       acme-egress-1  3.120.4.5   1 of 1
2       acme-egress-2  18.184.2.9  1 of 1
3       acme-egress-3  3.120.4.7   1 of 1

3 egresses show 3 distinct addresses.
AWS does not promise a function outside a VPC its own address: these may change, and coincide, at any time.
`},
		{"two share one", pool{{"3.120.4.5"}, {"18.184.2.9"}, {"3.120.4.5"}}, `
EGRESS  FUNCTION       ADDRESS     ROUNDS
1       acme-egress-1  3.120.4.5   1 of 1
2       acme-egress-2  18.184.2.9  1 of 1
3       acme-egress-3  3.120.4.5   1 of 1

3 egresses show 2 distinct addresses: egress 1 and egress 3 share 3.120.4.5.
An API that counts per address treats egresses with one address as one caller.
AWS does not promise a function outside a VPC its own address: run it again later, or raise egress.count.
egress.network.type: nat gives each egress an address of its own (docs/addresses.md).
`},
		{"one that moves, over rounds", pool{{"3.120.4.5", "3.120.4.6", "3.120.4.6"}, {"18.184.2.9"}}, `
EGRESS  FUNCTION       ADDRESS     ROUNDS
1       acme-egress-1  3.120.4.6   2 of 3
                       3.120.4.5   1 of 3
2       acme-egress-2  18.184.2.9  3 of 3

2 egresses show 3 distinct addresses: egress 1 showed 2.
AWS does not promise a function outside a VPC its own address: these may change, and coincide, at any time.
`},
		{"one that is not reached hides no other",
			pool{{"3.120.4.5"}, {"<access denied>"}, {faulty("timeout", "timeout: no whole answer within 10s")}, {"3.120.4.5"}}, `
EGRESS  FUNCTION       ADDRESS            ROUNDS
1       acme-egress-1  3.120.4.5          1 of 1
2       acme-egress-2  none: not-invoked  1 of 1
3       acme-egress-3  none: timeout      1 of 1
4       acme-egress-4  3.120.4.5          1 of 1

egress 2: access denied
egress 3: timeout: no whole answer within 10s (asked https://checkip.amazonaws.com; --service URL asks another one)
2 of 4 egresses show 1 distinct address: egress 1 and egress 4 share 3.120.4.5.
An API that counts per address treats egresses with one address as one caller.
AWS does not promise a function outside a VPC its own address: run it again later, or raise egress.count.
egress.network.type: nat gives each egress an address of its own (docs/addresses.md).
`},
		{"nobody shows one, for one reason", pool{{faulty("no-address", "the service answers with status 503")},
			{faulty("no-address", "the service answers with status 503")}, {faulty("no-address", "the service answers with status 503")}}, `
EGRESS  FUNCTION       ADDRESS           ROUNDS
1       acme-egress-1  none: no-address  1 of 1
2       acme-egress-2  none: no-address  1 of 1
3       acme-egress-3  none: no-address  1 of 1

egress 1, egress 2 and egress 3: the service answers with status 503 (asked https://checkip.amazonaws.com; --service URL asks another one)
No egress shows its address.
`},
		{"a pool of one, over IPv6", pool{{"2a05:d014::1"}}, `
EGRESS  FUNCTION       ADDRESS       ROUNDS
1       acme-egress-1  2a05:d014::1  1 of 1

1 egress shows 1 distinct address.
AWS does not promise a function outside a VPC its own address: these may change, and coincide, at any time.
Egress 1 shows an IPv6 address: an API that has IPv4 only sees another one; a service that has IPv4 only shows it.
`},
		{"an answer that is no egress's", pool{{"3.120.4.5"}, {`{"statusCode":200}`}, {"{"}}, `
EGRESS  FUNCTION       ADDRESS          ROUNDS
1       acme-egress-1  3.120.4.5        1 of 1
2       acme-egress-2  none: no-result  1 of 1
3       acme-egress-3  none: no-result  1 of 1

egress 2 and egress 3: it answers, but not as an egress of sfngen does: deploy the stack again
1 of 3 egresses shows 1 distinct address.
AWS does not promise a function outside a VPC its own address: these may change, and coincide, at any time.
`},
		{"text that would move the cursor", pool{{"3.120.4.5"}, {"<\x1b[2Jgone\nforever>"}}, `
EGRESS  FUNCTION       ADDRESS            ROUNDS
1       acme-egress-1  3.120.4.5          1 of 1
2       acme-egress-2  none: not-invoked  1 of 1

egress 2: [2Jgone forever
1 of 2 egresses shows 1 distinct address.
AWS does not promise a function outside a VPC its own address: these may change, and coincide, at any time.
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			report, err := probe.Run(t.Context(), test.pool.options())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimPrefix(test.want, "\n"), report.Text(0, false)); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWriteOfALocalPoolPromisesNothingOfAWS(t *testing.T) {
	o := pool{{"127.0.0.1"}, {"127.0.0.1"}}.options()
	o.Local = true
	report, err := probe.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	text := report.Text(0, false)
	const want = "These are addresses of this machine; sfngen probe STACK asks the deployed egresses for theirs.\n"
	if strings.Contains(text, "AWS") || !strings.HasSuffix(text, want) {
		t.Errorf("got:\n%s", text)
	}
}

func TestJSON(t *testing.T) {
	report, err := probe.Run(t.Context(), pool{{"3.120.4.5", "3.120.4.5"}, {"<a & b>", "3.120.4.5"}}.options())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := report.JSON(&out); err != nil {
		t.Fatal(err)
	}
	const want = `{
  "rounds": 2,
  "egresses": [
    {
      "egress": 1,
      "function": "acme-egress-1",
      "service": "https://checkip.amazonaws.com",
      "addresses": [
        {
          "address": "3.120.4.5",
          "times": 2
        }
      ],
      "faults": []
    },
    {
      "egress": 2,
      "function": "acme-egress-2",
      "service": "https://checkip.amazonaws.com",
      "addresses": [
        {
          "address": "3.120.4.5",
          "times": 1
        }
      ],
      "faults": [
        {
          "fault": "not-invoked",
          "reason": "a & b",
          "times": 1
        }
      ]
    }
  ],
  "distinctAddresses": 1,
  "shared": [
    {
      "address": "3.120.4.5",
      "egresses": [
        1,
        2
      ]
    }
  ]
}
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

// Wrong credentials are no matter of an egress, and nobody is asked again.
func TestRunEndsWhenNobodyCouldBeInvoked(t *testing.T) {
	o := pool{{"<expired>"}, {"<expired>"}}.options()
	invoke, calls := o.Invoke, atomic.Int64{}
	o.Rounds = 5
	o.Invoke = func(ctx context.Context, function string, payload []byte) ([]byte, error) {
		calls.Add(1)
		return invoke(ctx, function, payload)
	}
	report, err := probe.Run(t.Context(), o)
	if want := "no egress could be invoked: acme-egress-1: expired"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if report.Rounds != 0 || calls.Load() != 2 {
		t.Errorf("%d rounds, %d calls; want none, and one call of each egress", report.Rounds, calls.Load())
	}
}

func TestRunGoesOnWhenALaterRoundReachesNobody(t *testing.T) {
	report, err := probe.Run(t.Context(), pool{{"3.120.4.5", "<throttled>", "3.120.4.5"}}.options())
	if err != nil {
		t.Fatal(err)
	}
	e := report.Egresses[0]
	if report.Rounds != 3 || e.Addresses[0].Times != 2 || e.Faults[0].Times != 1 {
		t.Errorf("got %+v", report)
	}
}

func TestRunKeepsTheRoundsBeforeAnInterrupt(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	o := pool{{"3.120.4.5"}}.options()
	invoke, calls := o.Invoke, 0
	o.Rounds = 5
	o.Invoke = func(ctx context.Context, function string, payload []byte) ([]byte, error) {
		if calls++; calls == 3 {
			interrupt()
			return nil, ctx.Err()
		}
		return invoke(ctx, function, payload)
	}
	report, err := probe.Run(ctx, o)
	if !errors.Is(err, context.Canceled) || report.Rounds != 2 || report.Egresses[0].Addresses[0].Times != 2 ||
		len(report.Egresses[0].Faults) > 0 {
		t.Errorf("got %v, %+v", err, report)
	}
}

// The egresses of a round are asked at the same time, but not all 50 of them.
func TestRunAsksTenAtOnce(t *testing.T) {
	var p pool
	for range 25 {
		p = append(p, []string{"3.120.4.5"})
	}
	synctest.Test(t, func(t *testing.T) {
		var running atomic.Int64
		release, done := make(chan struct{}), make(chan struct{})
		o := p.options()
		o.Invoke = func(context.Context, string, []byte) ([]byte, error) {
			running.Add(1)
			<-release
			return answer(1, "3.120.4.5")
		}
		go func() {
			defer close(done)
			if report, err := probe.Run(t.Context(), o); err != nil || report.Answered() != 25 {
				t.Errorf("%v; %d answered, want 25", err, report.Answered())
			}
		}()
		synctest.Wait()
		if n := running.Load(); n != 10 {
			t.Errorf("%d egresses are asked at once, want 10", n)
		}
		close(release)
		<-done
	})
}

func TestRunRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*probe.Options)
		want   string
	}{
		{"nobody", func(o *probe.Options) { o.Egresses = nil }, "there is no egress to invoke"},
		{"no way", func(o *probe.Options) { o.Invoke = nil }, "Options.Invoke is missing"},
		{"no round", func(o *probe.Options) { o.Rounds = 0 }, "rounds must be between 1 and 100, got 0"},
		{"too many rounds", func(o *probe.Options) { o.Rounds = 101 }, "rounds must be between 1 and 100, got 101"},
		{"http", func(o *probe.Options) { o.Service = "http://a.example" },
			"must be an absolute https URL without user info, such as https://checkip.amazonaws.com"},
		{"no host", func(o *probe.Options) { o.Service = "https:///a" },
			"must be an absolute https URL without user info, such as https://checkip.amazonaws.com"},
		{"user info", func(o *probe.Options) { o.Service = "https://a:b@c.example" },
			"must be an absolute https URL without user info, such as https://checkip.amazonaws.com"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := pool{{"3.120.4.5"}}.options()
			test.change(&o)
			if _, err := probe.Run(t.Context(), o); err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestExplainGivesTheWordsOfARefusal(t *testing.T) {
	o := pool{{"3.120.4.5"}, {"<denied>"}}.options()
	o.Explain = func(err error) error { return fmt.Errorf("%w: ask for lambda:InvokeFunction", err) }
	report, err := probe.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := report.Egresses[1].Faults[0].Reason, "denied: ask for lambda:InvokeFunction"; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
}

// lambdaOf is the egress's own code, asking a service that answers with address.
func lambdaOf(t *testing.T, number int, address string) awslambda.Handler {
	t.Helper()
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, address) }))
	t.Cleanup(echo.Close)
	e, err := egress.New(egress.Config{
		Upstream: "https://upstream.invalid", Methods: []string{"GET"}, Timeout: 10 * time.Second,
		AllowPrivate: true, AddressEcho: echo.URL,
	}, egress.Environment{
		Egress: number, Now: time.Now, Random: func() float64 { return 0 }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return awslambda.NewHandler(e.Handle)
}

// rejection is what an egress without probes makes of one: the real answer of the
// code that attempts have.
func rejection(t *testing.T) (errorType, message string) {
	t.Helper()
	e := lambdaOf(t, 1, "")
	_, err := e.Invoke(t.Context(), []byte(`{}`))
	var cause contract.Cause
	encoded, encodeErr := json.Marshal(err)
	if err == nil || encodeErr != nil || json.Unmarshal(encoded, &cause) != nil || cause.ErrorType == "" {
		t.Fatalf("an empty payload gives %v", err)
	}
	return cause.ErrorType, cause.ErrorMessage
}
