package local

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/local/guard"
	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/local/tableapi"
	"github.com/sfngen/sfngen/runtime/contract"
)

// endpointVariable is where the AWS SDKs look for DynamoDB ("SDKs and Tools",
// service-specific endpoints).
const endpointVariable = "AWS_ENDPOINT_URL_DYNAMODB"

// Table is where the executions of stacks with egress.coordination know of each other: in
// the memory of this process, or one that the user has named. It is safe for concurrent
// use, and several workflows may share it.
type Table struct {
	endpoint string
	name     string // "": that of each stack's own
	memory   *tableapi.Server
	server   *guard.Server // nil for one of the user's

	mu     sync.Mutex
	tokens map[string]bool // of the roles that may use it
}

// TableOptions are for a table in memory.
type TableOptions struct {
	Now   func() time.Time                       // nil: the machine's time
	Fault func(operation string) *tableapi.Fault // what goes wrong, for tests; nil: nothing
}

// OpenTable opens a table in memory, until Close.
func OpenTable(o TableOptions) (*Table, error) {
	t := &Table{tokens: map[string]bool{}}
	t.memory = tableapi.New(tableapi.Options{
		Credentials: tableapi.Credentials{AccessKeyID: lambda.AccessKeyID, SecretAccessKey: lambda.SecretAccessKey,
			SessionToken: guard.NewKey().Secret()}, // nobody's: a role is allowed by its own
		Allows: t.allows, Now: o.Now, Fault: o.Fault, Partition: "aws", Region: "us-east-1", Account: account,
	})
	var err error
	// Who may call is what the signature says: the session token is the key.
	t.server, err = guard.Open("127.0.0.1:0", guard.Door{Name: "the table of this run", Handler: http.HandlerFunc(t.memory.ServeHTTP)})
	if err != nil {
		return nil, fmt.Errorf("the table: %w", err)
	}
	t.endpoint = "http://" + t.server.Address()
	return t, nil
}

// TableOf is the table that the variables name, for several sfngen dev that are to know of
// each other: a DynamoDB on this machine, by the variable of the AWS SDKs, and the name of a
// table there. nil: they name none.
func TableOf(getenv func(string) string) (*Table, error) {
	endpoint, name := getenv(endpointVariable), getenv(contract.EnvTable)
	if name == "" {
		return nil, nil
	}
	if endpoint == "" {
		return nil, fmt.Errorf("%s=%s: a table on this machine also needs %s, the URL of a DynamoDB that is not AWS's, such as "+
			"http://127.0.0.1:8000; without both the table is in memory", contract.EnvTable, name, endpointVariable)
	}
	if u, err := url.Parse(endpoint); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%s: must be a URL such as http://127.0.0.1:8000, got %q", endpointVariable, endpoint)
	}
	if !tableName.MatchString(name) {
		return nil, fmt.Errorf("%s: must be the name of a table, 3 to 255 letters, digits, hyphens, dots and underscores, got %q",
			contract.EnvTable, name)
	}
	return &Table{endpoint: endpoint, name: name}, nil
}

// tableName is DynamoDB's (API Reference, CreateTable).
var tableName = lazyregexp.New(`^[a-zA-Z0-9_.-]{3,255}$`)

// openTable opens the table of a workflow, once: cool-downs and booked slots outlive a Load.
func (w *Workflow) openTable(p *plan.Plan) (err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.table != nil || !p.Coordinates() {
		return nil
	}
	if w.table = w.options.Table; w.table == nil {
		w.table, err = OpenTable(TableOptions{Now: w.options.Clock.Now})
	}
	return err
}

// InMemory reports whether the table ends with this process.
func (t *Table) InMemory() bool { return t.memory != nil }

// Memory is the table's server; nil for one of the user's.
func (t *Table) Memory() *tableapi.Server { return t.memory }

// Where says it for a line.
func (t *Table) Where() string {
	if t.InMemory() {
		return "in the memory of this process"
	}
	return t.name + " at " + t.endpoint
}

// Close ends a table in memory. Nobody must use it any more.
func (t *Table) Close() error {
	if t == nil || t.server == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := t.server.Close(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// nameFor is the name of a stack's table, which is there from then on.
func (t *Table) nameFor(p *plan.Plan) string {
	if t.name != "" {
		return t.name
	}
	name := contract.TableName(p.Name)
	t.memory.Create(name)
	return name
}

// admit lets a role use the table.
func (t *Table) admit(sessionToken string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tokens != nil {
		t.tokens[sessionToken] = true
	}
}

func (t *Table) allows(sessionToken string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tokens[sessionToken]
}

// addVariables are those by which a Lambda of the role finds the table.
func (t *Table) addVariables(p *plan.Plan, sessionToken string, variables map[string]string) {
	if t == nil || !p.Coordinates() {
		return
	}
	t.admit(sessionToken)
	variables[contract.EnvTable], variables[endpointVariable] = t.nameFor(p), t.endpoint
}
