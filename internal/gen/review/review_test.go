package review_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/review"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

const aKey = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

// base is a spec that people would write; the tests change a line of it.
const base = `version: 1
name: orders
upstream:
  url: https://api.example/v1
  methods: [GET, POST]
  forwardHeaders: [accept, content-type]
  headers: {x-version: "1"}
retry:
  maxAttempts: 3
  idempotency: {header: idempotency-key}
egress: {count: 3}
workflow: {type: express}
triggers:
  functionUrl: {auth: iam}
  schedules:
  - {name: nightly, expression: rate(1 day), request: {method: GET, path: /sync}}
`

func load(t *testing.T, src string) *stack.Stack {
	t.Helper()
	s, findings := stack.Load("orders.yaml", []byte(src))
	if spec.HasErrors(findings) {
		t.Fatalf("the test's own spec is wrong: %v", findings)
	}
	return s
}

// files are a stack's folder.
func files(s *stack.Stack) map[string][]byte {
	m := map[string][]byte{}
	for _, f := range s.Files {
		m[f.Path] = f.Content
	}
	return m
}

// shared is a runtime that another sfngen wrote: its folder, and that of the stack which
// points there.
func shared(t *testing.T, current *stack.Stack, change func(files map[string][]byte)) (dir string, runtime, old map[string][]byte) {
	t.Helper()
	runtime, hashes := map[string][]byte{}, manifest.Hashes{}
	for _, f := range stack.Runtime().Files {
		runtime[f.Path] = f.Content
	}
	delete(runtime, manifest.Name)
	change(runtime)
	for path, content := range runtime {
		hashes[path] = manifest.Hash(content)
	}
	name := hashes.RuntimeName()
	runtime[manifest.Name] = manifest.Manifest{Version: manifest.Own(), Files: hashes}.Text()
	old = files(current)
	for _, path := range []string{manifest.Name, stack.ModuleFile} {
		old[path] = []byte(strings.ReplaceAll(string(old[path]), current.Runtime.Name, name))
	}
	return manifest.RuntimeDir("stacks/orders", name), runtime, old
}

func of(t *testing.T, current *stack.Stack, old map[string][]byte) review.Review {
	t.Helper()
	return ofFolders(t, current, map[string]map[string][]byte{"stacks/orders": old,
		"stacks/_runtime/" + current.Runtime.Name: files(stack.Runtime())})
}

// ofFolders compares with folders.
func ofFolders(t *testing.T, current *stack.Stack, folders map[string]map[string][]byte) review.Review {
	t.Helper()
	d, err := folder.CompareAllWith(current, "stacks/orders", func(dir string) (map[string][]byte, error) { return folders[dir], nil })
	if err != nil {
		t.Fatal(err)
	}
	r, err := review.Of(current, "stacks/orders", d)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// text is a review for people.
func text(r review.Review) string { return review.Text([]review.Review{r}, false) }

// change replaces a text of the base, which must be there.
func change(t *testing.T, from, to string) string {
	t.Helper()
	if !strings.Contains(base, from) {
		t.Fatalf("the base has no %q", from)
	}
	return strings.Replace(base, from, to, 1)
}

// typical changes of a spec, each with what nobody may miss of it. The whole texts are in
// testdata/summaries.txt, which SFNGEN_UPDATE=1 rewrites.
var typical = []struct {
	name, from, to string
	first          string // the kind of the first danger; "" for none
	lines          []string
}{
	{"maxWait", "maxAttempts: 3", "maxAttempts: 3\n  rateLimit: {maxWait: 30s}", "",
		[]string{"retry.rateLimit.maxWait: 1m -> 30s", "worst case: 2m48s -> 1m48s", "IAM: nothing", "replaced: nothing",
			"cost of a million requests: the same"}},
	{"maxAttempts", "maxAttempts: 3", "maxAttempts: 5", "", []string{"retry.maxAttempts: 3 -> 5", "deadline: 2m48s -> 5m"}},
	{"fewer egresses", "count: 3", "count: 2", "deleted", []string{"egress.count: 3 -> 2",
		"after a limit of attempt 2: at once -> after 0s..1s"}},
	{"more egresses", "count: 3", "count: 4", "", []string{"created: Egress4LogGroup (log group of egress 4) and Egress4 " +
		"(Lambda of egress 4)"}},
	{"a new schedule", "  schedules:\n", "  schedules:\n  - {name: hourly, expression: rate(1 hour), request: {method: " +
		"GET, path: /poll}}\n", "",
		[]string{"triggers.schedules.hourly: (none) -> rate(1 hour), UTC, GET, /poll", "created: ScheduleHourly (schedule)",
			"needs a new deployment of: resources of the template"}},
	{"a schedule that goes", "  schedules:\n  - {name: nightly, expression: rate(1 day), request: {method: GET, path: " +
		"/sync}}\n", "", "deleted",
		[]string{"triggers.schedules.nightly: rate(1 day), UTC, GET, /sync -> (none)"}},
	{"a schedule at another time", "rate(1 day)", "rate(2 days)", "",
		[]string{"triggers.schedules.nightly.expression: rate(1 day) -> rate(2 days)"}},
	{"an open URL", "auth: iam", "auth: none", "open-url", []string{"triggers.functionUrl.auth: iam -> none"}},
	{"a forwarded header", "[accept, content-type]", "[accept, content-type, x-tenant]", "",
		[]string{"upstream.forwardHeaders: + x-tenant", "needs a new deployment of: egress and orchestrator"}},
	{"a forwarded key", "[accept, content-type]", "[accept, content-type, x-api-key]", "exposed", nil},
	{"a renamed header", "  headers:", "  renameHeaders: {x-a: x-b}\n  headers:", "",
		[]string{"upstream.renameHeaders.x-a: (none) -> x-b", "needs a new deployment of: egress and orchestrator"}},
	{"a credential", "  headers:", "  credentials: {headers: {x-key: {secret: prod/acme}}}\n  headers:", "wider-permission",
		[]string{"upstream.credentials.headers.x-key.secret: (none) -> prod/acme", "needs a new deployment of: egress and other resources\n",
			"! wider-permission: + EgressRole (role of the egresses): secretsmanager:GetSecretValue on arn:${AWS::Partition}:secretsmanager:"}},
	{"tokens", "  headers:", "  credentials: {oauth2: {tokenUrl: 'https://id.example/token', clientId: me, clientSecret: {secret: s}}}\n" +
		"  headers:", "wider-permission", []string{"upstream.credentials.oauth2.tokenUrl: (none) -> https://id.example/token",
		"needs a new deployment of: egress and other resources\n"}},
	{"a key for each egress", "  headers:", "  credentials: {query: {k: [{parameter: a}, {parameter: b}, {parameter: c}]}}\n  headers:",
		"wider-permission", []string{"created: Egress1Role (role of egress 1)", "deleted: EgressRole (role of the egresses)"}},
	{"a renamed key", "  headers:", "  renameHeaders: {x-a: authorization}\n  headers:", "exposed",
		[]string{"upstream.renameHeaders.x-a: (none) -> authorization"}},
	{"a parameter of every call", "  headers:", "  query: {v: \"2\"}\n  headers:", "",
		[]string{"upstream.query.v: (none) -> 2", "needs a new deployment of: egress"}},
	{"a fixed header", `"1"`, `"2"`, "", []string{"upstream.headers.x-version: 1 -> 2", "needs a new deployment of: egress"}},
	{"scope", "maxAttempts: 3", "maxAttempts: 3\n  rateLimit: {scope: credential}", "",
		[]string{"retry.rateLimit.scope: ip -> credential", "after a limit of attempt 1: at once -> after 0s..1s"}},
	{"standard", "type: express", "type: standard", "deployment-fails", []string{"workflow.type: express -> standard"}},
	{"a deadline", "maxAttempts: 3", "maxAttempts: 3\n  deadline: 1m", "shorter-deadline", []string{"deadline: 2m48s -> 1m"}},
	{"a deadline that holds all", "maxAttempts: 3", "maxAttempts: 3\n  deadline: 4m", "", []string{"deadline: 2m48s -> 4m"}},
	{"logData", "type: express", "type: express, logData: true", "exposed", []string{"workflow.logData: false -> true"}},
	{"log retention", "type: express", "type: express, logRetention: 7", "deleted", []string{"workflow.logRetention: 14 -> 7"}},
	{"no log", "type: express", "type: express, logLevel: off", "deleted", nil},
	{"unsafeMethods", "{header: idempotency-key}", "{header: idempotency-key, unsafeMethods: allow}", "acts-twice", nil},
	{"no key", "  idempotency: {header: idempotency-key}\n", "", "acts-twice", []string{"resend.POST: always -> if it certainly did nothing"}},
	{"another API", "https://api.example/v1", "https://api.example/v2", "other-upstream", nil},
	{"limits", "  headers:", "  limits: [{requests: 60, window: 1h, per: ip}]\n  headers:", "",
		[]string{"upstream.limits.1h per ip: (none) -> 60", "atMost.requests: (none) -> 180 requests an hour, 60 if each takes 3",
			"needs a new deployment of: nothing"}},
	{"coordination", "count: 3", "count: 3, coordination: dynamodb", "",
		[]string{"egress.coordination: (none) -> dynamodb", "after a limit of attempt 1: at once -> at once, or within 1m",
			"created: PoolTable (table of the pool)",
			"note: executions that began before the workflow is updated go on as they began",
			"IAM: + EgressRole (role of the egresses): dynamodb:Query, dynamodb:GetItem, dynamodb:UpdateItem on PoolTable"}},
	{"memory", "count: 3", "count: 3, memory: 256", "", []string{"egress.memory: 128 -> 256"}},
	{"a boundary", "workflow:", "operations: {permissionsBoundary: 'arn:aws:iam::123456789012:policy/b'}\nworkflow:", "",
		[]string{"operations.permissionsBoundary: (none) -> arn:aws:iam::123456789012:policy/b"}},
	{"a key", "workflow:", "operations: {kmsKey: '" + aKey + "'}\nworkflow:", "wider-permission",
		[]string{"! unreadable: whoever reads logs or queues of the stack needs kms:Decrypt on " + aKey}},
	{"another class of logs", "workflow:", "operations: {logClass: infrequentAccess}\nworkflow:", "deployment-fails",
		[]string{"! deployment-fails: Egress1LogGroup (log group of egress 1), Egress2LogGroup (log group of egress 2),"}},
	{"a role of the user's", "workflow:", "operations: {roles: {egress: 'arn:aws:iam::123456789012:role/e'}}\nworkflow:",
		"wider-permission", []string{"! wider-permission: the role of the egresses is arn:aws:iam::123456789012:role/e from now on"}},
	{"another name", "name: orders", "name: purchases", "renamed", []string{"created: 22 resources"}},
	{"a rule", "maxAttempts: 3", "maxAttempts: 3\n  rules: [{name: quota, when: {status: 429, json: {$.code: daily}}, is: rejected}]", "",
		[]string{"retry.rules: + quota", "retry.rules.quota.when.status: + 429", "retry.rules.quota.when.json.$.code: (none) -> daily",
			"retry.rules.quota.is: (none) -> rejected", "needs a new deployment of: workflow"}},
	{"no function URL", "workflow:", "partition: aws-us-gov\nworkflow:", "renamed",
		[]string{"triggers.functionUrl.auth: iam -> (none)", "! deleted: FunctionUrl (function URL): its address is gone for good"}},
}

func TestTypicalChanges(t *testing.T) {
	old := files(load(t, base))
	var all strings.Builder
	for _, test := range typical {
		t.Run(test.name, func(t *testing.T) {
			r := of(t, load(t, change(t, test.from, test.to)), old)
			got := text(r)
			all.WriteString("## " + test.name + "\n" + got + "\n")
			for _, want := range test.lines {
				if !strings.Contains(got, "\n  "+want) {
					t.Errorf("the summary lacks %q:\n%s", want, got)
				}
			}
			first := ""
			if len(r.Dangers) > 0 {
				first = string(r.Dangers[0].Kind)
			}
			if first != test.first {
				t.Errorf("the first danger is %q, want %q:\n%s", first, test.first, got)
			}
		})
	}
	golden(t, "testdata/summaries.txt", all.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if os.Getenv("SFNGEN_UPDATE") == "1" {
		if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, _ := os.ReadFile(name)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s, which SFNGEN_UPDATE=1 rewrites (-want +got):\n%s", name, diff)
	}
}

// TestOrderOfRules: the first that matches decides, so that another order is a change.
func TestOrderOfRules(t *testing.T) {
	const a, b = "{name: a, when: {status: 403, body: {contains: a}}, is: rejected}", "{name: b, when: {status: 403}, is: rateLimited}"
	with := func(first, second string) string {
		return change(t, "maxAttempts: 3", "maxAttempts: 3\n  rules: ["+first+", "+second+"]")
	}
	r := of(t, load(t, with(b, a)), files(load(t, with(a, b))))
	if got := text(r); !strings.Contains(got, "\n  retry.rules: a, b -> b, a\n") {
		t.Errorf("the summary does not say the order:\n%s", got)
	}
}

// TestBackAgain: what a change adds, its reverse takes away, and nothing is silent.
func TestBackAgain(t *testing.T) {
	current := load(t, base)
	for _, test := range typical {
		r := of(t, current, files(load(t, change(t, test.from, test.to))))
		if len(r.Fields) == 0 && !r.Deadline.Differs() || r.State != review.Changed && r.State != review.Renamed {
			t.Errorf("%s, taken back: %s", test.name, text(r))
		}
	}
}

func TestStates(t *testing.T) {
	current := load(t, base)
	manyPages := files(current)
	manyPages["README.md"] = []byte("other words\n")
	older := files(load(t, change(t, "auth: iam", "auth: none")))
	delete(older, stack.PlanFile)
	for _, test := range []struct {
		name  string
		old   map[string][]byte
		state review.State
		want  string
	}{
		{"nothing differs", files(current), review.Same, "stacks/orders: no difference (11 files compared)\n"},
		{"a new stack", nil, review.New, "stacks/orders: new stack\n  worst case: 2m48s\n  deadline: 2m48s\n  cost of a million requests: $"},
		{"only pages", manyPages, review.Changed, "stacks/orders: nothing that is deployed changes\n"},
		{"an older sfngen's folder", older, review.Changed, "\n  note: the old side has no plan.json"},
		{"an older sfngen's folder, its cost", older, review.Changed, "\n  cost of a million requests: not compared\n"},
		{"an older sfngen's folder, the rest of it", older, review.Changed, "AuthType NONE -> AWS_IAM"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := of(t, current, test.old)
			if got := text(r); r.State != test.state || !strings.Contains(got, test.want) {
				t.Errorf("%s, want %s with %q:\n%s", r.State, test.state, test.want, got)
			}
		})
	}
}

// TestUpgrades: what the Lambdas are built on is another, wherever it stood.
func TestUpgrades(t *testing.T) {
	current := load(t, base)
	n := len(current.RuntimeFiles())
	const head = "stacks/orders: only the runtime changes: the same plan and template, new code (sfngen was updated)\n" +
		"  cost of a million requests: the same\n  IAM: nothing\n  replaced: nothing\n"
	for _, test := range []struct {
		name   string
		change func(files map[string][]byte)
		total  int    // of the runtime's files, before and after
		want   string // with N for the total
	}{
		{"code of the egress", func(files map[string][]byte) { files["egress/call.go"] = []byte("package egress\n") }, n,
			head + "  runtime: 1 of its N files changes\n  needs a new deployment of: egress\n"},
		{"code that both share", func(files map[string][]byte) { files["contract/log.go"] = []byte("package contract\n") }, n,
			head + "  runtime: 1 of its N files changes\n  needs a new deployment of: egress and orchestrator\n"},
		{"a file that goes", func(files map[string][]byte) { files["orchestrator/old.go"] = []byte("package orchestrator\n") }, n + 1,
			head + "  runtime: 1 of its N files changes\n  needs a new deployment of: orchestrator\n"},
		{"a file that comes", func(files map[string][]byte) { delete(files, "orchestrator/wait.go") }, n,
			head + "  runtime: 1 of its N files changes\n  needs a new deployment of: orchestrator\n"},
		{"no code", func(files map[string][]byte) { files["LICENSE"] = []byte("none\n") }, n,
			"stacks/orders: nothing that is deployed changes\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, runtime, old := shared(t, current, test.change)
			folders := map[string]map[string][]byte{"stacks/orders": old, dir: runtime}
			counted := func(text string) string { return strings.Replace(text, "N files", fmt.Sprint(test.total, " files"), 1) }
			if got := text(ofFolders(t, current, folders)); !strings.HasPrefix(got, counted(test.want)) {
				t.Errorf("shared: want %q:\n%s", counted(test.want), got)
			}
			want := counted(head + "  runtime: 1 of its N files changes\n  needs a new deployment of: egress and orchestrator\n")
			if got := text(of(t, current, copied(current, runtime))); got != want {
				t.Errorf("a copy of the stack's own: want %q:\n%s", want, got)
			}
		})
	}
	dir, runtime, unused := shared(t, current, func(files map[string][]byte) { files["credentials/mask.go"] = []byte("package x\n") })
	if got := text(ofFolders(t, current, map[string]map[string][]byte{"stacks/orders": unused, dir: runtime})); !strings.HasPrefix(got,
		"stacks/orders: nothing that is deployed changes\n") {
		t.Errorf("what the stack does not import is another:\n%s", got)
	}
	_, _, old := shared(t, current, func(files map[string][]byte) { files["egress/call.go"] = []byte("package egress\n") })
	if got := text(ofFolders(t, current, map[string]map[string][]byte{"stacks/orders": old})); !strings.Contains(got,
		"needs a new deployment of: egress and orchestrator\n") {
		t.Errorf("the runtime before is gone, and both may be others:\n%s", got)
	}
	if got := text(ofFolders(t, current, map[string]map[string][]byte{"stacks/orders": files(current)})); !strings.Contains(got,
		"nothing that is deployed changes\n  note: its runtime stacks/_runtime/"+current.Runtime.Name+" is missing: build restores it\n") {
		t.Errorf("only the folder of the runtime is missing:\n%s", got)
	}
}

// copied is the folder of a stack as it was before runtimes were shared.
func copied(current *stack.Stack, runtime map[string][]byte) map[string][]byte {
	old := files(current.Standalone())
	m := current.Standalone().Manifest
	for path := range m.Files {
		if stack.IsRuntimeCopy(path) {
			delete(old, path)
			delete(m.Files, path)
		}
	}
	for path, content := range runtime {
		if path != manifest.Name && path != ".gitattributes" {
			old["runtime/"+path], m.Files["runtime/"+path] = content, manifest.Hash(content)
		}
	}
	m.Layout = 2
	old[manifest.Name] = m.Text()
	return old
}

// TestForeignFiles: the folder is what the spec gives, and what would be deployed is not.
func TestForeignFiles(t *testing.T) {
	current := load(t, base)
	r, err := review.Of(current, "stacks/orders", folder.Difference{Foreign: []string{"cmd/egress/x.go"}})
	if err != nil || r.State != review.Changed || len(r.Dangers) != 1 || r.Dangers[0].Kind != review.KindForeign || r.OnlyRuntime {
		t.Errorf("%v: %s", err, text(r))
	}
}

// TestOddValues: what JSON can hold and YAML cannot, and lists whose names are not told apart.
func TestOddValues(t *testing.T) {
	src := strings.Replace(base, "path: /sync", "path: /sync, method: POST, body: {v: VALUE}", 1)
	src = strings.Replace(src, "method: GET, path", "path", 1)
	for _, test := range []struct{ from, to, want string }{
		{`"a\x7f"`, `"b\u0085"`, "request.body.v: a"},
		{"[{name: a, n: 1}, {name: a, n: 2}]", "[{name: a, n: 3}, {name: a, n: 2}]",
			"request.body.v: [{n: 1, name: a}, {n: 2, name: a}] -> [{n: 3,"},
		{"null", "1", "request.body.v: null -> 1"},
		{"[1, [2]]", "[1, [3]]", "request.body.v: [1, [2]] -> [1, [3]]"},
		{"[1, 2]", "[2, 1]", "request.body.v: 1, 2 -> 2, 1"},
		{"[]", "[x]", "request.body.v: + x"},
	} {
		old := files(load(t, strings.Replace(src, "VALUE", test.from, 1)))
		if got := text(of(t, load(t, strings.Replace(src, "VALUE", test.to, 1)), old)); !strings.Contains(got, test.want) {
			t.Errorf("%s -> %s: the summary lacks %q:\n%s", test.from, test.to, test.want, got)
		}
	}
}

// TestOpenFromTheStart: a new stack has no address before, and is as open.
func TestOpenFromTheStart(t *testing.T) {
	r := of(t, load(t, change(t, "auth: iam", "auth: none")), nil)
	if len(r.Dangers) != 1 || r.Dangers[0].Kind != review.KindOpenURL {
		t.Errorf("%v", r.Dangers)
	}
}

// TestBrokenOldSide: an error names the file and says what to do.
func TestBrokenOldSide(t *testing.T) {
	current := load(t, base)
	for _, test := range []struct{ file, content, want string }{
		{stack.PlanFile, "{", "plan.json cannot be read"},
		{stack.PlanFile, "[]", "it is no JSON object"},
		{stack.TemplateFile, "Resources: {}", "template.yaml: sfngen did not generate this template"},
	} {
		old := files(current)
		old[test.file] = []byte(test.content)
		changes, err := folder.CompareWith(current, "stacks/orders", old)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = review.Of(current, "stacks/orders", folder.Difference{Changes: changes}); err == nil ||
			!strings.Contains(err.Error(), test.want) ||
			!strings.Contains(err.Error(), "build the stack again") {
			t.Errorf("%v, want %s", err, test.want)
		}
	}
}

// TestMarkdownIsNoMarkup: a value of a spec neither formats the comment nor calls anybody.
func TestMarkdownIsNoMarkup(t *testing.T) {
	old := files(load(t, base))
	r := of(t, load(t, change(t, `"1"`, `"</td>@admin **x** `+"`y`"+` <img src=x>"`)), old)
	got := review.Markdown([]review.Review{r, of(t, load(t, base), old)}, nil)
	for _, want := range []string{review.MarkdownMark + "\n", "\n### stacks/orders: changes\n", "`` 1 ``", "1 stack without a difference."} {
		want = strings.ReplaceAll(want, "`` 1 ``", "- `upstream.headers.x-version`: `1` -> ``</td>@admin **x** `y` <img src=x>``\n")
		if !strings.Contains(got, want) {
			t.Errorf("the comment lacks %q:\n%s", want, got)
		}
	}
	r = of(t, load(t, change(t, "https://api.example/v1", "https://api.example/@admin/*b*")), old)
	got = review.Markdown([]review.Review{r}, nil)
	if !strings.Contains(got, `calls go to https://api.example/@<!-- -->admin/\*b\*, no longer`) {
		t.Errorf("a danger has markup:\n%s", got)
	}
}

// TestJSONHasLists: a program gets lists, never null.
func TestJSONHasLists(t *testing.T) {
	current := load(t, base)
	text, err := json.Marshal(of(t, current, files(current)))
	if err != nil || strings.Contains(string(text), "null") {
		t.Errorf("%s, %v", text, err)
	}
}

// TestLimitsThatChange: a limit is told apart by what it counts, whatever its place.
func TestLimitsThatChange(t *testing.T) {
	with := func(limits string) *stack.Stack {
		return load(t, change(t, "  headers:", "  limits: ["+limits+"]\n  headers:"))
	}
	old := files(with("{requests: 60, window: 1h, per: ip}, {requests: 9, window: 1s, per: ip, burst: 5}, {requests: 8, window: 1s, per: ip}"))
	r := of(t, with("{requests: 9, window: 1s, per: ip, burst: 6}, {requests: 8, window: 1s, per: ip}, {requests: 70, window: 1h, per: ip}, "+
		"{requests: 10, window: 1m, per: credential}"), old)
	want := []string{"1s per ip in bursts: 9, bursts of 5 -> 9, bursts of 6", "1h per ip: 60 -> 70", "1m per credential:  -> 10"}
	var got []string
	for _, f := range r.Fields {
		if limit, is := strings.CutPrefix(f.Name, "upstream.limits."); is {
			got = append(got, limit+": "+f.From+" -> "+f.To)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
