package local_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// scene is one call as seen by each side.
type scene struct {
	Answer    string   // the caller's: status, type of problem, x-sfngen-attempts and -egress
	Attempts  []string // the execution's: egress, outcome, what came back, the wait after it
	Execution string   // its status, and its error
	Upstream  []string // the upstream's: source address, method and target of each call
}

// upstream is where the calls arrive.
type upstream interface{ heard() []string }

// mocked is a mock API as an upstream.
type mocked struct{ *mockapi.API }

func (m mocked) heard() []string {
	var all []string
	for _, q := range m.Requests() {
		all = append(all, fmt.Sprintf("%s %s %s", q.Address, q.Method, target(q)))
	}
	return all
}

func target(q mockapi.Request) string {
	if q.Query == "" {
		return q.Path
	}
	return q.Path + "?" + q.Query
}

// mock is a mock API without a configuration, and its URL.
func mock(t *testing.T) (mocked, string) {
	t.Helper()
	a, url := api(t, mockapi.Config{})
	return mocked{a}, url
}

// scene is that of a call which only this upstream received.
func (r *rig) scene(u upstream, a answer) scene {
	r.t.Helper()
	s := scene{Answer: r.told(a), Execution: r.ending(a), Upstream: u.heard()}
	for _, attempt := range r.attempts(a.execution) {
		s.Attempts = append(s.Attempts, shown(attempt))
	}
	return s
}

// ending is how the execution of an answer has ended; "none" without one.
func (r *rig) ending(a answer) string {
	r.t.Helper()
	if a.execution == "" {
		return "none"
	}
	result := r.result(a.execution)
	return strings.TrimSpace(string(result.Status) + " " + result.Error)
}

func shown(a timeline.Attempt) string {
	what := string(a.Fault)
	if a.StatusCode != 0 {
		what = strings.TrimSpace(fmt.Sprint(a.StatusCode, " ", a.Fault))
	}
	text := fmt.Sprintf("egress %d: %s %s", a.Egress, a.Outcome, what)
	if a.Wait != nil {
		text += fmt.Sprintf(", waits %s", a.Wait.Duration())
	}
	return text
}

// problem is the body of an answer that is sfngen's own (docs/problems.md).
type problem struct {
	Type, Title, Detail, Instance, Error string
	Status                               int
	Attempts                             []json.RawMessage
}

const problems = "https://github.com/sfngen/sfngen/blob/main/docs/problems.md#"

// told is a short form of an answer. A problem must agree with its own headers.
func (r *rig) told(a answer) string {
	r.t.Helper()
	text := fmt.Sprint(a.status)
	attempts, egress := a.header.Get("X-Sfngen-Attempts"), a.header.Get("X-Sfngen-Egress")
	if a.header.Get("Content-Type") == "application/problem+json" {
		p := r.problem(a)
		tried := ""
		if len(p.Attempts) > 0 {
			tried = fmt.Sprint(len(p.Attempts))
		}
		want := []string{problems, fmt.Sprint(a.status), a.execution, attempts}
		slug, known := strings.CutPrefix(p.Type, problems)
		if diff := cmp.Diff(want, []string{p.Type[:len(p.Type)-len(slug)], fmt.Sprint(p.Status), p.Instance, tried}); !known || diff != "" {
			r.t.Errorf("problem against its header (-want +got):\n%s", diff)
		}
		text += " " + slug
	}
	if attempts != "" {
		text += ", attempts " + attempts
	}
	if egress != "" {
		text += ", egress " + egress
	}
	return text
}

func (r *rig) problem(a answer) problem {
	r.t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		r.t.Fatalf("problem: %v in %q", err, a.body)
	}
	return p
}

// expect compares a call with what each side should see.
func (r *rig) expect(want scene, u upstream, a answer) {
	r.t.Helper()
	if diff := cmp.Diff(want, r.scene(u, a)); diff != "" {
		r.t.Errorf("call (-want +got):\n%s", diff)
	}
}

// begin sends a call that takes its time; the function that it returns waits for
// the answer.
func (r *rig) begin(method, path, body string, headers ...string) (end func() answer) {
	type outcome struct {
		answer
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		a, err := r.try(r.t.Context(), method, path, body, headers...)
		done <- outcome{a, err}
	}()
	return func() answer {
		r.t.Helper()
		o := <-done
		if o.err != nil {
			r.t.Fatal(o.err)
		}
		return o.answer
	}
}

// from are n calls of the same target, each from the next egress's address.
func from(n int, call string) []string {
	var all []string
	for k := 1; k <= n; k++ {
		all = append(all, fmt.Sprintf("127.0.0.%d %s", 100+k, call))
	}
	return all
}

// succeeded is the scene of a call that works at once.
func succeeded(status int, call string) scene {
	return scene{
		Answer:    fmt.Sprintf("%d, attempts 1, egress 1", status),
		Attempts:  []string{fmt.Sprintf("egress 1: success %d", status)},
		Execution: "SUCCEEDED",
		Upstream:  from(1, call),
	}
}

// exhausted is the scene of three attempts that all fail in the same way, with
// the waits of [thrice] between them.
func exhausted(answer, fault string, heard []string) scene {
	return scene{
		Answer: answer + ", attempts 3",
		Attempts: []string{
			"egress 1: transient " + fault + ", waits 1s",
			"egress 2: transient " + fault + ", waits 2s",
			"egress 3: transient " + fault,
		},
		Execution: "FAILED Upstream.Transient",
		Upstream:  heard,
	}
}

// rejected is the scene of one attempt that no other may follow.
func rejected(answer, what string, heard []string) scene {
	return scene{
		Answer:    answer,
		Attempts:  []string{"egress 1: rejected " + what},
		Execution: "FAILED Upstream.Rejected",
		Upstream:  heard,
	}
}

// thrice is three attempts with waits that are always the same.
var thrice = base("retry: {maxAttempts: 3, backoff: {jitter: none}}\n")
