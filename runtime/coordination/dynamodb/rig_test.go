package dynamodb

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/tableapi"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const tableName = "acme-orders-pool"

func variables(more ...string) map[string]string {
	all := map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "its-secret", "AWS_SESSION_TOKEN": "its-token",
		contract.EnvTable: tableName,
	}
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return all
}

// environment is that of a Lambda at noon, whose DynamoDB is at the endpoint.
func environment(endpoint string, more ...string) coordination.Environment {
	all := variables("AWS_ENDPOINT_URL", endpoint)
	maps.Copy(all, variables(more...))
	return coordination.Environment{
		Getenv: func(name string) string { return all[name] },
		Now:    func() time.Time { return noon },
		Random: func() float64 { return 0 },
		Sleep:  func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
}

// open gives a store that does not pause between tries, and waits for a slow machine.
func open(t testing.TB, env coordination.Environment) *store {
	t.Helper()
	s, err := newStore(env, times{try: time.Minute, call: 2 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.client.Close)
	return s
}

// rig is a DynamoDB of this machine, with the table of a pool.
type rig struct {
	*tableapi.Server
	url   string
	now   func() time.Time
	fault func(operation string) *tableapi.Fault // nil: none
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{now: func() time.Time { return noon }}
	r.Server = tableapi.New(tableapi.Options{
		Credentials: tableapi.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "its-secret", SessionToken: "its-token"},
		Now:         func() time.Time { return r.now() }, Partition: "aws", Region: "eu-central-1", Account: "000000000000",
		Fault: func(operation string) *tableapi.Fault {
			if r.fault == nil {
				return nil
			}
			return r.fault(operation)
		},
	})
	r.Create(tableName)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// serve is a DynamoDB that answers as a test says.
func serve(t testing.TB, handler http.HandlerFunc) (url string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func diff(t testing.TB, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

var (
	egress2 = coordination.Identity{Scope: contract.ScopeIP, Egress: 2}
	shared  = coordination.Identity{Scope: contract.ScopeCredential}
	whole   = coordination.Identity{Scope: contract.ScopePool}
	caller  = coordination.Identity{Scope: contract.ScopeCredential, Credential: "k1"}
)

// full is an item with all that there is.
func full(version int64) coordination.Item {
	return coordination.Item{
		Version: version,
		CoolDown: coordination.CoolDown{
			Told: noon, Until: noon.Add(61 * time.Second), Minimum: true, UsedUp: true, Rule: "daily quota", Execution: "6a1f20c9",
		},
		Logs:    map[string]string{"w60000": "a0,5,7", "b1000": "z"},
		Expires: noon.Add(2 * time.Hour),
	}
}
