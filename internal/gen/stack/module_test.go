package stack_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/gobuild"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

func load(t testing.TB, src string) *stack.Stack {
	t.Helper()
	s, findings := stack.Load("spec.yaml", []byte(src))
	if s == nil {
		t.Fatal(findings)
	}
	return s
}

// contents are a stack's files, by path.
func contents(s *stack.Stack) map[string]string {
	m := map[string]string{}
	for _, f := range s.Files {
		m[f.Path] = string(f.Content)
	}
	return m
}

// goCommand runs Go in a stack as its owner would, without a workspace; as sfngen
// compiles it, so that Go's build cache has what another test has compiled.
func goCommand(t *testing.T, dir string, args ...string) {
	t.Helper()
	c := exec.Command("go", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GOFLAGS=-trimpath -tags=lambda.norpc '-ldflags=-s -w'", "CGO_ENABLED=0", "GOWORK=off")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// vetMains vets what of a stack is not sfngen's own source. It does so within sfngen's
// module and with what go test checks (go doc cmd/vet), so that what go test has found
// out about the dependencies need not be found out again; .ci/run vets whole stacks.
func vetMains(t *testing.T, dir string) {
	t.Helper()
	checks := []string{"vet", "-atomic", "-bool", "-buildtags", "-directive", "-errorsas", "-ifaceassert", "-nilfunc", "-printf", "-slog",
		"-stringintconv", "-tests"}
	for _, main := range []string{gobuild.Egress, gobuild.Orchestrator} {
		c := exec.Command("go", append(checks, filepath.Join(dir, gobuild.Folder(main), "main.go"))...)
		c.Dir = "../../.."
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("go vet: %v\n%s", err, out)
		}
	}
}

// A repository of Go modules often has a go.work, which knows nothing of the stacks.
func TestReadmeCommandBelowAWorkspace(t *testing.T) {
	s := load(t, "version: 1\nname: small\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: 2}\n")
	_, line, _ := strings.Cut(string(s.File(stack.ReadmeFile)), "GOOS=linux GOARCH=arm64 ")
	line, _, found := strings.Cut(line, "\n")
	if !found {
		t.Fatal("the README has no go build")
	}
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.work"), []byte("go 1.25.0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "stacks", s.Name)
	if _, err := folder.Write(t.Context(), []folder.Target{{Stack: s, Dir: dir}}, false); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("sh", "-c", line)
	c.Dir, c.Env = dir, append(os.Environ(), "lambda=egress", "GOWORK=")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", line, err, out)
	}
}

// A stack's go.mod and go.sum are as go mod tidy has them, whatever it imports.
func TestStacksAreTidy(t *testing.T) {
	stacks := examples(t)
	for _, name := range []string{"acme-orders", "llm-chat", "nightly-import", "timetable-public"} {
		t.Run(name, func(t *testing.T) {
			for _, s := range []*stack.Stack{stacks[name], stacks[name].Standalone()} {
				dir := filepath.Join(t.TempDir(), name)
				if _, err := folder.Write(t.Context(), []folder.Target{{Stack: s, Dir: dir}}, false); err != nil {
					t.Fatal(err)
				}
				goCommand(t, dir, "mod", "tidy", "-diff")
			}
		})
	}
}

// As sfngen compiles it, with the modules that the stack uses: in a workspace, so that the
// place of the runtime leaves no trace.
func TestCompiledWithItsProviders(t *testing.T) {
	s := examples(t)["nightly-import"]
	root := t.TempDir()
	dir := filepath.Join(root, s.Name)
	if _, err := folder.Write(t.Context(), []folder.Target{{Stack: s, Dir: dir}}, false); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(root, "bootstrap")
	if err := gobuild.Build(t.Context(), gobuild.Options{Dir: dir, Main: gobuild.Egress, Out: program,
		Runtime: manifest.RuntimeDir(dir, s.Runtime.Name)}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	for _, trace := range []string{s.Runtime.Name, root} {
		if strings.Contains(string(content), trace) {
			t.Errorf("the program tells of %s", trace)
		}
	}
}

// Only stacks with credentials have anything of theirs.
func TestOtherStacksHaveNothingOfCredentials(t *testing.T) {
	for name, s := range examples(t) {
		if s.Plan.HasCredentials() {
			continue
		}
		for _, f := range s.Standalone().Files {
			isText := f.Path == stack.ReadmeFile || f.Path == manifest.Name || stack.IsRuntimeCopy(f.Path)
			if strings.HasPrefix(f.Path, "runtime/credentials") || !isText &&
				strings.Contains(string(f.Content), "credentials") {
				t.Errorf("%s: %s", name, f.Path)
			}
		}
	}
}

// One stack for each way in which the mains can differ; .ci/run builds all of them. With
// a runtime of its own a stack has the same mains: they are compiled once more, from that
// runtime, and neither linked nor vetted again.
func TestStacksBuildAndVet(t *testing.T) {
	stacks := examples(t)
	for _, name := range []string{"acme-orders", "github-public", "order-events", "nightly-import", "timetable-public"} {
		t.Run(name, func(t *testing.T) {
			shared, alone := stacks[name], stacks[name].Standalone()
			leavesNothing(t, shared, func(dir string) {
				goCommand(t, dir, "build", "./...")
				vetMains(t, dir)
			})
			leavesNothing(t, alone, func(dir string) { goCommand(t, dir, "list", "-export", "./...") })
			for _, main := range []string{gobuild.Egress, gobuild.Orchestrator} {
				source := gobuild.Folder(main) + "/main.go"
				if diff := cmp.Diff(string(shared.File(source)), string(alone.File(source))); diff != "" || shared.File(source) == nil {
					t.Errorf("%s of a stack with a runtime of its own (-shared +own):\n%s", source, diff)
				}
			}
		})
	}
}

// leavesNothing writes a stack, and holds that its folder is as it was after a use of it.
func leavesNothing(t *testing.T, s *stack.Stack, use func(dir string)) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), s.Name)
	if _, err := folder.Write(t.Context(), []folder.Target{{Stack: s, Dir: dir}}, false); err != nil {
		t.Fatal(err)
	}
	use(dir)
	if diff := cmp.Diff(contents(s), readTree(t, dir)); diff != "" {
		t.Errorf("building left something behind (-want +got):\n%s", diff)
	}
}

var requirement = regexp.MustCompile(`(?m)^(?:\t|require )([^\s/]+\.[^\s]+) (v[^\s]+)`)

func requirements(t *testing.T, text string) map[string]string {
	t.Helper()
	m := map[string]string{}
	for _, match := range requirement.FindAllStringSubmatch(text, -1) {
		m[match[1]] = match[2]
	}
	return m
}

// A stack is built from the versions that sfngen's own tests ran with.
func TestStackUsesTheVersionsThatWereTested(t *testing.T) {
	ours, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	tested := requirements(t, string(ours))
	files := contents(examples(t)["nightly-import"].Standalone())
	for _, name := range []string{"go.mod", "runtime/go.mod", "runtime/credentials/awsstore/go.mod", "runtime/credentials/oauth2/go.mod"} {
		required := requirements(t, files[name])
		if len(required) < 3 {
			t.Fatalf("%s requires only %v", name, required)
		}
		for module, version := range required {
			if !strings.HasPrefix(module, "github.com/sfngen/sfngen/runtime") && tested[module] != version {
				t.Errorf("%s requires %s %s, sfngen itself %q; see templates/stack", name, module, version, tested[module])
			}
		}
		if goLine := regexp.MustCompile(`(?m)^go .*$`); goLine.FindString(files[name]) != goLine.FindString(string(ours)) {
			t.Errorf("%s says %q, sfngen's go.mod %q", name, goLine.FindString(files[name]), goLine.FindString(string(ours)))
		}
	}
}

func TestStackSumsAreOurs(t *testing.T) {
	ours, err := os.ReadFile("../../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Split(string(ours), "\n")
	for _, line := range strings.Split(strings.TrimSpace(contents(examples(t)["nightly-import"])["go.sum"]), "\n") {
		// What only the tests of dependencies need stands in a stack's go.sum, but not in ours.
		if !slices.Contains(known, line) && !strings.HasPrefix(line, "github.com/stretchr/testify ") {
			t.Errorf("a sum that sfngen's own go.sum does not have: %s", line)
		}
	}
}

// What the mains hold is what the spec says.
func TestMainsSayWhatTheSpecSays(t *testing.T) {
	s := load(t, `version: 1
name: mains
upstream:
  url: https://api.example/v1
  methods: [POST]
  headers: {x-quote: "a \"b\" `+"`c`"+` \\n"}
  forwardHeaders: [accept]
  allowPrivate: true
retry:
  maxAttempts: 1
  attemptTimeout: 7s
  deadline: 20s
  idempotency: {header: x-key}
egress: {addressEcho: 'https://echo.example/me?a=b'}
triggers:
  schedules: [{name: daily, expression: rate(1 day), request: {method: GET, path: /, headers: {x-own: "1"}}}]
`)
	files := contents(s)
	want := `func main() {
	lambda.Start(egress.Handler(egress.Config{
		Upstream: "https://api.example/v1",
		Methods:  []string{"POST", "GET"},
		Headers: map[string]string{
			"x-quote": "a \"b\" ` + "`c`" + ` \\n",
		},
		ForwardHeaders: []string{"accept", "x-key", "x-own"},
		AllowPrivate:   true,
		AddressEcho:    "https://echo.example/me?a=b",
		Timeout:        7 * time.Second,
	}))
}
`
	if diff := cmp.Diff(want, mainFunc(files["cmd/egress/main.go"])); diff != "" {
		t.Errorf("egress (-want +got):\n%s", diff)
	}
	want = `func main() {
	lambda.Start(orchestrator.Handler(orchestrator.Config{
		Methods:         []string{"POST"},
		ForwardHeaders:  []string{"accept", "x-key"},
		Workflow:        "express",
		Deadline:        20 * time.Second,
		RewriteLocation: "https://api.example/v1",
	}))
}
`
	if diff := cmp.Diff(want, mainFunc(files["cmd/orchestrator/main.go"])); diff != "" {
		t.Errorf("orchestrator (-want +got):\n%s", diff)
	}
}

// A stack that has a way to IPv4 says nothing of IPv6.
func TestMainsCallByIPv6OnlyWhereTheNetworkHasNoOther(t *testing.T) {
	for network, want := range map[string]bool{"lambda": false, "nat": false, "ipv6": true} {
		s := load(t, "version: 1\nname: mains\nupstream: {url: https://api.example}\nretry: {maxAttempts: 2}\n"+
			"egress: {network: {type: "+network+"}}\n")
		main := string(s.File("cmd/egress/main.go"))
		if got := strings.Contains(main, "OnlyIPv6: "); got != want {
			t.Errorf("%s: the main says so: %v, want %v\n%s", network, got, want, main)
		}
		if got := strings.Contains(main, "AddressEcho:    \"https://checkip.global.api.aws\""); got != want {
			t.Errorf("%s: its service has IPv6: %v, want %v\n%s", network, got, want, main)
		}
	}
}

func mainFunc(source string) string { return source[strings.Index(source, "func main()"):] }

// The template's definition and the file beside it are the same machine.
func TestTemplateHoldsTheSameMachine(t *testing.T) {
	for name, s := range examples(t) {
		t.Run(name, func(t *testing.T) {
			files := contents(s)
			if diff := cmp.Diff(fromJSON(t, files[stack.MachineFile]), definitionOf(t, files[stack.TemplateFile])); diff != "" {
				t.Errorf("file and template (-file +template):\n%s", diff)
			}
		})
	}
}
