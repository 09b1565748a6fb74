package presets_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/presets"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// loaded is the stack of a preset, which no finding may be open in: it builds, and
// validate --strict is silent.
func loaded(t *testing.T, p presets.Preset) *stack.Stack {
	t.Helper()
	s, findings := stack.Load(p.Name+".yaml", []byte(p.Spec(p.Name)))
	for _, f := range spec.Open(findings) {
		t.Errorf("%d:%d: %s [%s]", f.Position.Line, f.Position.Column, f.Message, f.Rule)
	}
	if s == nil || len(s.Files) == 0 {
		t.Fatal("it gives no stack")
	}
	return s
}

// TestPresets holds each preset against what all have.
func TestPresets(t *testing.T) {
	for _, p := range presets.All() {
		t.Run(p.Name, func(t *testing.T) {
			if p.Title == "" {
				t.Fatal("its head has another form than that of the others")
			}
			loaded(t, p)
			checkSources(t, p)
			checkPool(t, p)
		})
	}
	if _, ok := presets.Named("nominatim"); ok {
		t.Error("an API that counts its users over all machines is an example of a pool")
	}
}

// sourced is a comment that says where a number comes from.
var sourced = regexp.MustCompile(`# .*(\[\d\]|changelog|developer guide)`)

// checkSources: each limit has its source and the date beside it.
func checkSources(t *testing.T, p presets.Preset) {
	t.Helper()
	for line := range strings.Lines(p.Text) {
		if strings.Contains(line, "requests:") && !strings.Contains(line, "# limits:") && (!sourced.MatchString(line) || !strings.Contains(line,
			p.Read)) {
			t.Errorf("a limit without its source and date: %s", line)
		}
	}
	for _, source := range p.Sources {
		if !strings.HasPrefix(source, "https://") {
			t.Errorf("%s is no address", source)
		}
	}
}

// checkPool: only where nothing is known against it there is more than one egress.
func checkPool(t *testing.T, p presets.Preset) {
	t.Helper()
	file, _ := spec.Parse(p.Name+".yaml", []byte(p.Spec(p.Name)))
	s := file.Spec()
	scope, count := s.Retry.RateLimit.Scope, s.Egress.Count
	switch p.Pool {
	case presets.PoolUnopposed:
		if scope != contract.ScopeIP || count < 2 {
			t.Errorf("a pool gains something, but scope is %s and there are %d egresses", scope, count)
		}
	case presets.PoolBreaks, presets.PoolUnclear:
		if !file.Has("egress.count") || !strings.Contains(p.Why, "one egress") {
			t.Error("it does not say that and why there is one egress")
		}
		fallthrough
	case presets.PoolMoot:
		if scope != contract.ScopeCredential || count != 1 {
			t.Errorf("a pool gains nothing or breaks the rules, but scope is %s and there are %d egresses", scope, count)
		}
	default:
		t.Errorf("what is known of pools is %q", p.Pool)
	}
}

// TestKeysAsTheCommentsSay: where a caller sends a key, it passes, and no warning follows but
// that of an open function URL, for whom one is.
func TestKeysAsTheCommentsSay(t *testing.T) {
	tried := 0
	for _, p := range presets.All() {
		if !strings.Contains(p.Text, "# The key:") {
			continue
		}
		tried++
		followed := strings.Replace(p.Spec(p.Name), "  # forwardHeaders:", "  forwardHeaders:", 1)
		forwarded := strings.Contains(followed, "\n  forwardHeaders: [")
		if !forwarded && !strings.Contains(followed, "\n  renameHeaders: {x-upstream-authorization: authorization}\n") {
			t.Errorf("%s: no field lets the key pass", p.Name)
		}
		if found := warnings(p.Name, followed); found != nil {
			t.Errorf("%s, with auth: iam: %v", p.Name, found)
		}
		if diff := cmp.Diff([]string{"open-function-url"}, warnings(p.Name, followed+"\ntriggers: {functionUrl: {auth: none}}\n")); diff != "" {
			t.Errorf("%s, with auth: none (-want +got):\n%s", p.Name, diff)
		}
	}
	if tried < 20 {
		t.Errorf("%d presets have such a comment", tried)
	}
}

// TestLimitsAsTheCommentsSay: who writes the limit of their plan, or of another kind of
// endpoint, where the comment shows it, meets no finding.
func TestLimitsAsTheCommentsSay(t *testing.T) {
	tried := 0
	for _, p := range presets.All() {
		written := strings.Replace(p.Spec(p.Name), "  # limits:", "  limits:", 1)
		if written == p.Spec(p.Name) {
			continue
		}
		tried++
		if found := warnings(p.Name, written); found != nil {
			t.Errorf("%s, with its limits: %v", p.Name, found)
		}
	}
	if tried < 5 {
		t.Errorf("%d presets have such a comment", tried)
	}
}

func warnings(name, src string) []string {
	_, findings := stack.Load(name+".yaml", []byte(src))
	var rules []string
	for _, f := range spec.Open(findings) {
		rules = append(rules, f.Rule)
	}
	return rules
}

const (
	page       = "../../docs/presets.md"
	pageMarker = "<!-- From here on the page is made from internal/presets/*.yaml: SFNGEN_UPDATE=1 go test ./internal/presets -->\n"
)

// TestPage holds the table of the page against the presets.
func TestPage(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, _, ok := strings.Cut(string(text), pageMarker)
	if !ok {
		t.Fatalf("%s has lost the line %s", page, pageMarker)
	}
	want := before + pageMarker + "\n| preset | API | limits | many addresses | read | source |\n|---|---|---|---|---|---|\n"
	for _, p := range presets.All() {
		want += row(p)
	}
	if os.Getenv("SFNGEN_UPDATE") != "" {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("%s, which SFNGEN_UPDATE=1 rewrites (-want +got):\n%s", page, diff)
	}
}

func row(p presets.Preset) string {
	file, _ := spec.Parse(p.Name+".yaml", []byte(p.Spec(p.Name)))
	limits := []string{}
	for _, l := range file.Spec().Upstream.Limits {
		limits = append(limits, l.String())
	}
	if len(limits) == 0 {
		limits = []string{"no single number"}
	}
	return fmt.Sprintf("| `%s` | %s | %s | %s: %s | %s | %s |\n", p.Name, p.Title, strings.Join(limits, "; "),
		p.Pool, strings.ReplaceAll(p.Why, "[1]", "the page"), read(p), strings.Join(p.Sources, " "))
}

func read(p presets.Preset) string {
	if p.Quoted {
		return p.Read + ", in part as others quote it"
	}
	return p.Read
}
