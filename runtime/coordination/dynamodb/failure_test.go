package dynamodb

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/local/tableapi"
	"github.com/sfngen/sfngen/runtime/coordination"
)

func refusal(code, text string) *tableapi.Fault {
	return &tableapi.Fault{Err: &tableapi.Error{Status: 400, Code: code, Text: text}}
}

func TestFaults(t *testing.T) {
	const table = "the table of the pool is not available: acme-orders-pool: "
	for _, test := range []struct {
		name  string
		fault *tableapi.Fault
		calls int64
		want  string
	}{
		{"throttled", refusal("ProvisionedThroughputExceededException", ""), tries,
			"ProvisionedThroughputExceededException: throttled: more is asked"},
		{"throttled by the account", refusal("RequestLimitExceeded", ""), tries, "RequestLimitExceeded: throttled"},
		{"throttled by the API", refusal("ThrottlingException", ""), tries, "ThrottlingException: throttled"},
		{"gone", refusal("ResourceNotFoundException", ""), 1, "ResourceNotFoundException: it does not exist in this account and region: deploy"},
		{"denied", refusal("AccessDeniedException", "User x is not authorized"), 1,
			"AccessDeniedException: the role of the Lambda, and the policies of the organization, have to allow dynamodb:Query"},
		{"denied by a boundary", refusal("AccessDeniedException", "no permissions boundary allows the dynamodb:Query action"), 1,
			"AccessDeniedException: the permissions boundary of the Lambda's role forbids it: it has to allow dynamodb:Query"},
		{"denied by KMS", refusal("AccessDeniedException", "KMS key access denied error: arn:aws:kms:x is disabled"), 1,
			"AccessDeniedException: the Lambda may not use the key of the table (operations.kmsKey)"},
		{"another stack's", refusal("ValidationException", "Query condition missed key schema element: id"), 1,
			`ValidationException: DynamoDB says "Query condition missed key schema element: id": a table whose key is not pk and sk`},
		{"the key of the process", refusal("UnrecognizedClientException", ""), 1, "UnrecognizedClientException: AWS does not know who asks"},
		{"the clock", refusal("InvalidSignatureException", ""), 1,
			"InvalidSignatureException: AWS does not take the signature: look at the clock"},
		{"expired", refusal("ExpiredTokenException", ""), tries, "ExpiredTokenException: the AWS credentials of the process have expired"},
		{"failed", &tableapi.Fault{Err: &tableapi.Error{Status: 500, Code: "InternalServerError"}}, tries,
			"InternalServerError: the service failed"},
		{"a proxy", &tableapi.Fault{Err: &tableapi.Error{Status: 502}}, tries, "status 502: refused by DynamoDB"},
		{"what nobody knows", refusal("TeapotException", ""), 1, "TeapotException: refused by DynamoDB"},
		{"broken", &tableapi.Fault{Lost: true}, tries, "the connection to DynamoDB (127.0.0.1:"},
		{"no JSON", &tableapi.Fault{Text: "hello"}, 1, "DynamoDB answered with something else than JSON"},
		{"cut off", &tableapi.Fault{Text: `{"Items":[`}, 1, "DynamoDB answered with something else than JSON"},
		{"without end", &tableapi.Fault{Text: `{"Items":["` + strings.Repeat("x", bodyMost)}, 1,
			"DynamoDB answered with something else than JSON"},
		{"more than a pool", &tableapi.Fault{Text: `{"Items":[],"LastEvaluatedKey":{"pk":{"S":"pool"}}}`}, 1, "it has more items than a pool"},
		{"no version", &tableapi.Fault{Text: `{"Items":[{"pk":{"S":"pool"},"sk":{"S":"pool"}}]}`}, 1,
			"an item has no version: the table belongs to another stack"},
		{"no number", &tableapi.Fault{Text: `{"Items":[{"pk":{"S":"pool"},"sk":{"S":"pool"},"version":{"S":"x"}}]}`}, 1,
			"the attribute version of an item is no number"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t)
			var calls atomic.Int64
			r.fault = func(string) *tableapi.Fault {
				calls.Add(1)
				return test.fault
			}
			items, _, err := open(t, environment(r.url)).Read(t.Context(), "")
			if !errors.Is(err, coordination.ErrUnavailable) || !strings.HasPrefix(err.Error(), table+test.want) {
				t.Errorf("got %v, want %s%s", err, table, test.want)
			}
			diff(t, "items", coordination.Items(nil), items)
			diff(t, "calls", test.calls, calls.Load())
		})
	}
}

// What others do at the same time is no reason to go without booking, or an attacker could
// make it one.
func TestContentionIsAConflict(t *testing.T) {
	const canceled = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":`
	both := []coordination.Change{{Of: egress2, To: full(0)}, {Of: shared, To: full(0)}}
	for _, test := range []struct {
		name, body string
		changes    []coordination.Change
		want       coordination.Items
	}{
		{"a transaction of others", `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException"}`, both[:1], coordination.Items{}},
		{"one within ours", canceled + `[{"Code":"None"},{"Code":"TransactionConflict"}]}`, both, coordination.Items{}},
		{"both", canceled + `[{"Code":"ConditionalCheckFailed"},{"Code":"TransactionConflict"}]}`, both, coordination.Items{egress2: {}}},
		{"also throttled", canceled + `[{"Code":"ConditionalCheckFailed","Item":{"version":{"N":"4"}}},{"Code":"ThrottlingError"}]}`, both,
			coordination.Items{egress2: {Version: 4}}},
		{"throttled before", canceled + `[{"Code":"ProvisionedThroughputExceeded"},{"Code":"ConditionalCheckFailed"}]}`, both,
			coordination.Items{shared: {}}},
		{"and nothing else", canceled + `[{"Code":"ConditionalCheckFailed","Item":{"version":{"N":"4"}}},{"Code":"None"}]}`, both,
			coordination.Items{egress2: {Version: 4}}},
		{"without reasons", `{"__type":"TransactionCanceledException"}`, both, coordination.Items{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadRequest)
				io.WriteString(w, test.body)
			})
			wantConflict(t, open(t, environment(url)).Write(t.Context(), test.changes), test.want)
		})
	}
}

func TestATransactionThatCanNeverWork(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"__type":"TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":"ValidationError"}]}`)
	})
	err := open(t, environment(url)).Write(t.Context(), []coordination.Change{{Of: egress2, To: full(0)}, {Of: shared, To: full(0)}})
	if !errors.Is(err, coordination.ErrUnavailable) || !strings.HasSuffix(err.Error(), "ValidationError: refused by DynamoDB") {
		t.Errorf("got %v", err)
	}
}

func TestATransactionThatIsThrottledIsTriedAgain(t *testing.T) {
	for _, body := range []string{
		`{"__type":"TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":"ThrottlingError"}]}`,
		`{"__type":"TransactionCanceledException","CancellationReasons":[{"Code":"ProvisionedThroughputExceeded"},{"Code":"None"}]}`,
		`{"__type":"TransactionInProgressException"}`,
	} {
		var tokens []string
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			sent, _ := io.ReadAll(r.Body)
			_, token, _ := strings.Cut(string(sent), `"ClientRequestToken":"`)
			if tokens = append(tokens, token[:26]); len(tokens) == 1 {
				w.WriteHeader(http.StatusBadRequest)
				io.WriteString(w, body)
			}
		})
		err := open(t, environment(url)).Write(t.Context(), []coordination.Change{{Of: egress2, To: full(0)}, {Of: shared, To: full(0)}})
		diff(t, body, error(nil), err)
		if len(tokens) != 2 || tokens[0] != tokens[1] {
			t.Errorf("%s: tokens %q, want the same twice", body, tokens)
		}
	}
}

func TestASlowTableEndsWithTheCall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then does the server notice that the client has gone
		cancel()
		<-r.Context().Done()
	})
	_, _, err := open(t, environment(url)).Read(ctx, "")
	if want := "DynamoDB has not answered within 2m0s"; !errors.Is(err, coordination.ErrUnavailable) || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestATableOfOtherKeys(t *testing.T) {
	r := newRig(t)
	r.Delete(tableName)
	_, _, err := open(t, environment(r.url)).Read(t.Context(), "")
	if err == nil || !strings.Contains(err.Error(), "ResourceNotFoundException") {
		t.Errorf("got %v, want ResourceNotFoundException", err)
	}
	r.CreateWith(tableName, "id", "")
	s := open(t, environment(r.url))
	_, _, err = s.Read(t.Context(), "")
	for _, err := range []error{err, s.Write(t.Context(), []coordination.Change{{Of: egress2, To: full(0)}})} {
		if !errors.Is(err, coordination.ErrUnavailable) || !strings.HasSuffix(err.Error(), "belongs to another stack") {
			t.Errorf("got %v, want that it belongs to another stack", err)
		}
	}
}

func TestASilentTableCostsALimitedTime(t *testing.T) {
	if usual.call != coordination.Limit || usual.try >= usual.call {
		t.Errorf("times %+v", usual)
	}
	r := newRig(t)
	r.fault = func(string) *tableapi.Fault { return &tableapi.Fault{Hang: true} }
	for _, test := range []struct {
		times times
		want  string
	}{
		{times{try: time.Minute, call: 30 * time.Millisecond}, "DynamoDB has not answered within 30ms"},
		{times{try: 20 * time.Millisecond, call: time.Minute}, "has not answered within 20ms; a Lambda in a VPC needs a way to it"},
	} {
		s, err := newStore(environment(r.url), test.times)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Read(t.Context(), "")
		if !errors.Is(err, coordination.ErrUnavailable) || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}
