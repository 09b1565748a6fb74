package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/lambda"
	"github.com/sfngen/sfngen/internal/probe"
)

// deployedOrders is the account that has examples/acme-orders deployed, as far as
// a probe looks, with these egresses in the order of the pool.
func deployedOrders(t *testing.T, egresses ...lambda.Function) *lambda.Service {
	t.Helper()
	return deployedWith(t, nil, egresses...)
}

// deployedWith is deployedOrders with outputs of the stack, name and value in turn.
func deployedWith(t *testing.T, outputs []string, egresses ...lambda.Function) *lambda.Service {
	t.Helper()
	service := lambda.New(ofPool(egresses))
	fakeaws.Serve(t, map[string]http.Handler{"lambda": service, "cloudformation": ordersStack(t, outputs...)})
	return service
}

func ofPool(egresses []lambda.Function) map[string]lambda.Function {
	functions := map[string]lambda.Function{}
	for i, f := range egresses {
		functions[fmt.Sprintf("acme-orders-egress-%d", i+1)] = f
	}
	return functions
}

// ordersStack is CloudFormation with one stack, acme-orders.
func ordersStack(t *testing.T, outputs ...string) *cloudformation.Fake {
	t.Helper()
	template, err := os.ReadFile("../../golden/acme-orders/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	stack := cloudformation.Stack{
		Name: "acme-orders", Status: "UPDATE_COMPLETE", Template: string(template), Outputs: []cloudformation.Pair{}, // no others
	}
	for pair := range slices.Chunk(outputs, 2) {
		stack.Outputs = append(stack.Outputs, cloudformation.Pair{Key: pair[0], Value: pair[1]})
	}
	fake := &cloudformation.Fake{}
	fake.Put(stack)
	return fake
}

// What --help says that a probe takes is what it asks AWS for.
func TestProbeHelpNamesItsPermissions(t *testing.T) {
	_, help, _ := run("probe", "--help")
	asked := map[string]bool{}
	stacks := ordersStack(t)
	fakeaws.Serve(t, map[string]http.Handler{
		"cloudformation": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked[r.FormValue("Action")] = true
			stacks.ServeHTTP(w, r)
		}),
		"lambda": lambda.New(map[string]lambda.Function{"acme-orders-egress-1": showing(1, "3.120.4.5")}),
	})
	run("probe", "acme-orders")
	if diff := cmp.Diff(map[string]bool{"DescribeStacks": true, "GetTemplate": true}, asked); diff != "" {
		t.Errorf("it asks CloudFormation for (-want +got):\n%s", diff)
	}
	want := "It needs the permissions cloudformation:DescribeStacks and GetTemplate, and lambda:InvokeFunction on the egresses."
	if !strings.Contains(strings.Join(strings.Fields(help), " "), want) {
		t.Errorf("no %q in:\n%s", want, help)
	}
}

func showing(egress int, address string) lambda.Function {
	return lambda.Answers(fmt.Sprintf(`{"probe":{"egress":%d,"address":%q,"service":"https://checkip.amazonaws.com"}}`, egress, address))
}

func TestProbeTellsHowManyAddressesThePoolHas(t *testing.T) {
	service := deployedOrders(t, showing(1, "3.120.4.5"), showing(2, "18.184.2.9"), showing(3, "3.120.4.5"))
	code, stdout, stderr := run("probe", "acme-orders")
	const want = `EGRESS  FUNCTION              ADDRESS     ROUNDS
1       acme-orders-egress-1  3.120.4.5   1 of 1
2       acme-orders-egress-2  18.184.2.9  1 of 1
3       acme-orders-egress-3  3.120.4.5   1 of 1

3 egresses show 2 distinct addresses: egress 1 and egress 3 share 3.120.4.5.
An API that counts per address treats egresses with one address as one caller.
AWS does not promise a function outside a VPC its own address: run it again later, or raise egress.count.
egress.network.type: nat gives each egress an address of its own (docs/addresses.md).
`
	if diff := cmp.Diff(want, stdout); diff != "" || code != 0 {
		t.Errorf("exit status %d, stdout (-want +got):\n%s", code, diff)
	}
	if want := "invoking the egresses of acme-orders in eu-central-1 of account 123456789012\n"; stderr != want {
		t.Errorf("stderr %q, want %q", stderr, want)
	}
	for _, call := range service.Calls() {
		if call.Payload != `{"probe":{}}` {
			t.Errorf("%s was sent %s", call.Function, call.Payload)
		}
	}
}

func TestProbeFlags(t *testing.T) {
	service := deployedOrders(t, showing(1, "3.120.4.5"), showing(2, "3.120.4.6"), showing(3, "3.120.4.7"))
	code, stdout, stderr := run("probe", "acme-orders", "--service", "https://echo.example/me", "--rounds", "2", "--json", "--min-distinct",
		"3")
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || code != 0 {
		t.Fatalf("exit status %d, %v\n%s%s", code, err, stdout, stderr)
	}
	if report.Rounds != 2 || report.Distinct != 3 {
		t.Errorf("got %+v", report)
	}
	calls := service.Calls()
	if len(calls) != 6 || calls[5].Payload != `{"probe":{"url":"https://echo.example/me"}}` {
		t.Errorf("calls: %+v", calls)
	}
}

func TestProbeExitStatus(t *testing.T) {
	good, other := showing(1, "3.120.4.5"), showing(2, "3.120.4.6")
	denied := lambda.Refuses(403, "AccessDeniedException", "User: ada is not authorized to perform: lambda:InvokeFunction")
	tests := []struct {
		name     string
		egresses []lambda.Function
		args     []string
		code     int
		stderr   string
	}{
		{"one address is no failure", []lambda.Function{good, good, good}, nil, 0, ""},
		{"enough addresses", []lambda.Function{good, other, good}, []string{"--min-distinct", "2"}, 0, ""},
		{"fewer than asked for", []lambda.Function{good, other, good}, []string{"--min-distinct", "3"}, 1,
			"the pool shows fewer distinct addresses (2) than --min-distinct requires (3)\n"},
		{"one egress is missing", []lambda.Function{good, other}, nil, 1, ""},
		{"one egress may not be invoked", []lambda.Function{good, other, denied}, nil, 1, ""},
		{"none may be", []lambda.Function{denied, denied, denied}, nil, 2, "sfngen: no egress could be invoked: acme-orders-egress-1: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			deployedOrders(t, test.egresses...)
			code, stdout, stderr := run(append([]string{"probe", "acme-orders"}, test.args...)...)
			if code != test.code || !strings.Contains(stderr, test.stderr) {
				t.Errorf("exit status %d, want %d; stderr lacks %q:\n%s%s", code, test.code, test.stderr, stderr, stdout)
			}
			if (stdout == "") != (test.code == 2) {
				t.Errorf("stdout: %q", stdout)
			}
		})
	}
}

func TestProbeRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "orders.yaml", runSpec)
	write(t, "wrong.yaml", "version: 1\n")
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"nobody", nil, "probe takes one STACK, got 0"},
		{"an empty service", []string{"acme", "--service", ""}, "is empty; leave the flag out, or give it a value"},
		{"a service over http", []string{"acme", "--service", "http://a.example"},
			`--service: must be an absolute https URL without user info, such as https://checkip.amazonaws.com, got "http://a.example"`},
		{"no rounds", []string{"acme", "--rounds", "0"}, "--rounds: must be between 1 and 100, got 0"},
		{"too many", []string{"acme", "--rounds", "101"}, "--rounds: must be between 1 and 100, got 101"},
		{"fewer than none", []string{"acme", "--min-distinct", "-1"}, "--min-distinct: must be a number of addresses, got -1"},
		{"the flag of other commands", []string{"acme", "--shape", "json"}, "unknown flag: --shape; see 'sfngen probe --help'"},
		{"a spec as a stack", []string{"orders.yaml"},
			"orders.yaml is a spec, which has no deployed egress: name its stack, or add --local to run its egresses on this machine"},
		{"a service of the Internet from loopback", []string{"orders.yaml", "--local", "--service", "https://a.example"},
			"--service and --local cannot be used together: egresses on this machine call from loopback addresses, which only a service here " +
				"can see"},
		{"a region on this machine", []string{"orders.yaml", "--local", "--region", "eu-west-1"},
			"sfngen: --local and --region cannot be used together; see 'sfngen probe --help'\n"},
		{"no such spec", []string{"none.yaml", "--local"}, "reading the spec: open none.yaml: "},
		{"a spec with errors", []string{"wrong.yaml", "--local"}, "name: is required, but missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fakeaws.Serve(t, nil) // which fails the test when it is called
			code, stdout, stderr := run(append([]string{"probe"}, test.args...)...)
			if code != 2 || stdout != "" || !strings.Contains(stderr, test.want) {
				t.Errorf("exit status %d, stdout %q; stderr lacks %q:\n%s", code, stdout, test.want, stderr)
			}
		})
	}
}

// On this machine the two egresses of the spec call from two addresses, and
// nobody else is asked: neither AWS nor the API.
func TestProbeLocal(t *testing.T) {
	inFolder(t)
	fakeaws.Serve(t, nil)
	code, stdout, stderr := run("probe", "orders.yaml", "--local", "--json")
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || code != 0 {
		t.Fatalf("exit status %d, %v\n%s%s", code, err, stdout, stderr)
	}
	if len(report.Egresses) != 2 || report.Answered() != 2 || report.Egresses[1].Function != "orders-egress-2" {
		t.Errorf("got %+v", report)
	}
	if report.Distinct == 1 && !strings.Contains(stderr, "note: this system has one loopback address") {
		t.Errorf("one address, and no word about it:\n%s", stderr)
	}
}
