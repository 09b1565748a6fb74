package main

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/pool"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/local/tableapi"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
	"github.com/sfngen/sfngen/runtime/coordination/dynamodb"
)

const timetable = "timetable-public"

// deployedTable is the account that has examples/timetable-public deployed, as far as
// sfngen pool looks: its table, which is empty, and what goes wrong with it.
func deployedTable(t *testing.T, fault func(operation string) *tableapi.Fault) (*tableapi.Server, coordination.Pool) {
	t.Helper()
	template, err := os.ReadFile("../../golden/" + timetable + "/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tables := tableapi.New(tableapi.Options{Credentials: tableapi.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "secret",
		SessionToken: "token"},
		Fault: fault, Partition: "aws", Region: fakeaws.Region, Account: fakeaws.Account})
	tables.Create(contract.TableName(timetable))
	fakeaws.Serve(t, map[string]http.Handler{"dynamodb": tables, "cloudformation": oneStack(timetable, string(template), "")})
	t.Setenv("AWS_SESSION_TOKEN", "token")
	p, err := dynamodb.Open(coordination.Environment{Getenv: func(name string) string {
		if name == contract.EnvTable {
			return contract.TableName(timetable)
		}
		return os.Getenv(name)
	}})
	if err != nil {
		t.Fatal(err)
	}
	return tables, p
}

// tell notes a cool-down of so long.
func tell(t *testing.T, p coordination.Pool, of coordination.Identity, left time.Duration, rule string) {
	t.Helper()
	now := time.Now()
	err := p.Tell(t.Context(), coordination.CoolDown{Of: of, Told: now, Until: now.Add(left), Rule: rule, Execution: "6a1f20c9-2222"})
	if err != nil {
		t.Fatal(err)
	}
}

func egressOf(number int) coordination.Identity {
	return coordination.Identity{Scope: contract.ScopeIP, Egress: number}
}

var timeOfDay = regexp.MustCompile(`(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d`)

// TestPool: the table in words.
func TestPool(t *testing.T) {
	_, p := deployedTable(t, nil)
	tell(t, p, egressOf(1), time.Hour, "")
	tell(t, p, coordination.Identity{Scope: contract.ScopePool}, 30*time.Second, "banned")
	code, stdout, stderr := run("pool", timetable)
	want := `timetable-public-pool in eu-central-1 of account 123456789012, at TIME UTC

WHO       MAY GO    COOLS DOWN UNTIL                                  LIMITS
the pool  -         TIME (rule banned, met by execution 6a1f20c9)   -
egress 1  TIME  TIME (asked by execution 6a1f20c9)  60 of 60 in 1h0m0s left now; 2 of 2 in 1s left now
egress 2  TIME  -                                             60 of 60 in 1h0m0s left now; 2 of 2 in 1s left now
egress 3  TIME  -                                             60 of 60 in 1h0m0s left now; 2 of 2 in 1s left now
`
	got := timeOfDay.ReplaceAllString(stdout, "TIME")
	if diff := cmp.Diff(narrow(want), narrow(got)); code != 0 || stderr != "" || diff != "" {
		t.Errorf("exit %d, stderr %q (-want +got):\n%s\n%s", code, stderr, diff, stdout)
	}
}

// narrow is a text without how wide its columns are.
func narrow(text string) string { return regexp.MustCompile(` +`).ReplaceAllString(text, " ") }

// TestPoolShowsSlots: what is booked, and what is left.
func TestPoolShowsSlots(t *testing.T) {
	_, p := deployedTable(t, nil)
	ask := coordination.Ask{Egresses: 3, InOrder: true, Limits: []contract.Limit{
		{Requests: 60, WindowSeconds: 3600, Per: contract.ScopeIP}, {Requests: 2, WindowSeconds: 1, Per: contract.ScopeIP}}}
	for range 30 {
		if _, err := p.Choose(t.Context(), ask); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := run("pool", timetable, "--json")
	var r pool.Report
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != 0 {
		t.Fatalf("exit %d, %v: %s%s", code, err, stdout, stderr)
	}
	for _, s := range r.Standings[2:] {
		if len(s.Limits) != 2 || s.Limits[0].Left != 0 || s.Limits[0].Booked < 5 || s.Limits[0].Booked > 10 || s.Limits[0].LastSlot.IsZero() ||
			!s.MayGoAt.After(r.Time) {
			t.Errorf("%s: %+v, want some of 10 slots booked, and nothing left before them", s.Who, s)
		}
	}
}

// TestPoolClear: a cool-down is taken away, what is booked stays.
func TestPoolClear(t *testing.T) {
	for name, want := range map[string][]string{
		"2": {"the pool", "egress 1"}, "pool": {"egress 1", "egress 2"}, "all": nil,
		"3": {"the pool", "egress 1", "egress 2"}, "credential": {"the pool", "egress 1", "egress 2"},
	} {
		tables, p := deployedTable(t, nil)
		ask := coordination.Ask{Egresses: 3, Limits: []contract.Limit{{Requests: 60, WindowSeconds: 3600, Per: contract.ScopeIP}}, Prefer: 2}
		if _, err := p.Choose(t.Context(), ask); err != nil {
			t.Fatal(err)
		}
		for _, of := range []coordination.Identity{egressOf(1), egressOf(2), {Scope: contract.ScopePool}} {
			tell(t, p, of, time.Hour, "")
		}
		code, stdout, stderr := run("pool", timetable, "--clear", name, "--yes", "--json")
		var r pool.Report
		if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != 0 {
			t.Fatalf("--clear %s: exit %d, %v: %s%s", name, code, err, stdout, stderr)
		}
		var cooling []string
		for _, s := range pool.Cooling(r.Standings) {
			cooling = append(cooling, s.Who)
		}
		if diff := cmp.Diff(want, cooling); diff != "" {
			t.Errorf("after --clear %s these cool down (-want +got):\n%s", name, diff)
		}
		text, err := json.Marshal(tables.Items(contract.TableName(timetable)))
		if err != nil || !strings.Contains(string(text), `w3600000`) {
			t.Errorf("after --clear %s nothing is booked any more: %s, %v", name, text, err)
		}
	}
}

// TestPoolErrors: what cannot be done, and why.
func TestPoolErrors(t *testing.T) {
	refuses := func(code, message string) func(string) *tableapi.Fault {
		return func(string) *tableapi.Fault {
			return &tableapi.Fault{Err: &tableapi.Error{Status: 400, Code: code, Text: message}}
		}
	}
	denied := "User: " + fakeaws.Caller + " is not authorized to perform: dynamodb:Query on resource: " +
		"arn:aws:dynamodb:eu-central-1:123456789012:table/timetable-public-pool because no identity-based policy allows the dynamodb:Query action"
	tests := []struct {
		name  string
		fault func(string) *tableapi.Fault
		args  []string
		want  string
	}{
		{"no such stack", nil, []string{"pool", "weather"}, "no such CloudFormation stack weather"},
		{"a table that is gone", refuses("ResourceNotFoundException", "Requested resource not found"), []string{"pool", timetable},
			"the table timetable-public-pool of the stack timetable-public does not exist in eu-central-1 of account 123456789012"},
		{"not allowed", refuses("AccessDeniedException", denied), []string{"pool", timetable}, "AWS denies dynamodb:Query on arn:aws:dynamodb"},
		{"something else than an answer", func(string) *tableapi.Fault { return &tableapi.Fault{Text: "<html>"} }, []string{"pool", timetable},
			"reading the table timetable-public-pool of the stack timetable-public: "},
		{"an egress that is none", nil, []string{"pool", timetable, "--clear", "4", "--yes"},
			`--clear: must be an egress (1 to 3), credential, pool or all, got "4"`},
		{"nobody to ask", nil, []string{"pool", timetable, "--clear", "1"}, "use --yes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			deployedTable(t, test.fault)
			code, stdout, stderr := run(test.args...)
			if code != 2 || stdout != "" || !strings.Contains(strings.Join(strings.Fields(stderr), " "), test.want) {
				t.Errorf("exit %d, stdout %q, stderr %q, want 2 and %q", code, stdout, stderr, test.want)
			}
		})
	}
}

// TestPoolOfAStackWithoutOne: each of its executions is alone.
func TestPoolOfAStackWithoutOne(t *testing.T) {
	template, err := os.ReadFile("../../golden/acme-orders/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": oneStack("acme-orders", string(template), "")})
	code, _, stderr := run("pool", "acme-orders")
	want, got := "the stack acme-orders has no table of a pool", strings.Join(strings.Fields(stderr), " ")
	if code != 2 || !strings.Contains(got, want) {
		t.Errorf("exit %d, %q, want 2 and %q", code, stderr, want)
	}
}

// TestPoolClearsTwice: what is not there any more is nothing to change.
func TestPoolClearsTwice(t *testing.T) {
	_, p := deployedTable(t, nil)
	tell(t, p, egressOf(1), time.Hour, "")
	for _, want := range []string{"took 1 cool-down away", "nothing was changed"} {
		if code, _, stderr := run("pool", timetable, "--clear", "1", "--yes"); code != 0 || !strings.Contains(stderr, want) {
			t.Errorf("exit %d, %q, want 0 and %q", code, stderr, want)
		}
	}
}

// TestPoolClearsNoNewerCoolDown: what was told after the question stays. A write in between
// is no reason to give up.
func TestPoolClearsNoNewerCoolDown(t *testing.T) {
	for name, test := range map[string]struct {
		meanwhile func(coordination.Pool)
		code      int
		want      string
	}{
		"told anew": {func(p coordination.Pool) { tell(t, p, egressOf(1), 2*time.Hour, "") }, 2, "was told to cool down once more meanwhile"},
		"a booking": {func(p coordination.Pool) {
			ask := coordination.Ask{Egresses: 1, Limits: []contract.Limit{{Requests: 9, WindowSeconds: 60, Per: contract.ScopeIP}}}
			if _, err := p.Choose(t.Context(), ask); err != nil {
				t.Error(err)
			}
		}, 0, "took 1 cool-down away"},
	} {
		var p coordination.Pool
		armed := false
		_, p = deployedTable(t, func(operation string) *tableapi.Fault {
			if armed && operation == "UpdateItem" { // of sfngen pool
				armed = false
				test.meanwhile(p)
			}
			return nil
		})
		tell(t, p, egressOf(1), time.Hour, "")
		armed = true
		code, _, stderr := run("pool", timetable, "--clear", "1", "--yes")
		if code != test.code || !strings.Contains(strings.Join(strings.Fields(stderr), " "), test.want) {
			t.Errorf("%s: exit %d, %q, want %d and %q", name, code, stderr, test.code, test.want)
		}
	}
}
