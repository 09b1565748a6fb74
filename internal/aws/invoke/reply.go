package invoke

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// executionName matches the names of executions that the orchestrator starts. They
// are part of commands that users paste: any other text is ignored.
var executionName = lazyregexp.New(`^[0-9A-Za-z_-]{1,80}$`)

// Execution is the name of the one that gave the answer; "" when there was none.
func (r Reply) Execution() string {
	name := r.Answer.Header.Get(contract.HeaderExecution)
	if !executionName.MatchString(name) {
		return ""
	}
	return name
}

// number is one of the orchestrator's counts; 0 when there is none.
func (r Reply) number(header string) int {
	n, _ := strconv.Atoi(r.Answer.Header.Get(header))
	return n
}

// Failed reports whether the answer is an error. An API's own is one where its execution
// failed, which goes by the status codes that the spec takes for successes: of POST and
// PATCH a 3xx too, by default. Any other is one with a status of 400 or above.
func (r Reply) Failed() bool {
	code := r.Answer.StatusCode
	if r.number(contract.HeaderAttempts) == 0 || r.isProblem() || len(r.who.successes.Codes) == 0 {
		return code >= http.StatusBadRequest
	}
	return !r.who.successes.Contain(r.Request.Method, code)
}

// isOurs distinguishes an answer of the workflow, the API's included, from one that
// Lambda has given in its place.
func (r Reply) isOurs() bool { return r.Execution() != "" || r.isProblem() }

func (r Reply) isProblem() bool {
	var problem struct{ Type string }
	kind, _, _ := mime.ParseMediaType(r.Answer.Header.Get("Content-Type"))
	return kind == "application/problem+json" && json.Unmarshal(r.Answer.Body, &problem) == nil &&
		strings.HasPrefix(problem.Type, contract.ProblemsPage)
}

// Location is the path where the answer of an execution that continues will be; ""
// when this answer is final.
func (r Reply) Location() string {
	location := r.Answer.Header.Get("Location")
	atFirst := r.number(contract.HeaderAttempts) == 0 && (r.Answer.StatusCode == http.StatusAccepted || r.isProblem())
	name, isPath := strings.CutPrefix(location, contract.ExecutionsPath)
	if !r.isOurs() || !atFirst || !isPath || !executionName.MatchString(name) {
		return ""
	}
	return location
}

// Pending reports whether asking at Location later is what was advised.
func (r Reply) Pending() bool { return r.Location() != "" && r.Answer.Header.Get("Retry-After") != "" }

// Story is the outcome of the request in a line, and in further lines why, and what
// to do.
func (r Reply) Story() []string {
	if !r.isOurs() {
		return []string{fmt.Sprintf("%s, not the API's own answer: %s", r.status(), r.refusal())}
	}
	lines := []string{strings.Join(append([]string{r.status()}, r.facts()...), ", ")}
	if r.isProblem() {
		_, why, _ := strings.Cut(r.Answer.Problem(), " ")
		lines = append(lines, why)
	}
	if location := r.Location(); location != "" {
		sure := "the execution continues; for its answer: "
		if !r.Pending() {
			sure = "if it continues, its answer will be here: "
		}
		return append(lines, sure+r.who.command("invoke", "GET", location))
	}
	if name := r.Execution(); name != "" {
		lines = append(lines, "its attempts: "+r.who.command("trace", name))
	}
	return lines
}

func (r Reply) status() string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", r.Answer.StatusCode, http.StatusText(r.Answer.StatusCode)))
}

func (r Reply) facts() []string {
	var facts []string
	if n := r.number(contract.HeaderAttempts); n > 0 {
		facts = append(facts, count.Of(n, "attempt"))
	}
	if egress := r.number(contract.HeaderEgress); egress > 0 {
		facts = append(facts, fmt.Sprintf("answered through egress %d", egress))
	}
	if name := r.Execution(); name != "" {
		facts = append(facts, "execution "+name)
	}
	return append(facts, "took "+r.Took.Round(time.Millisecond).String())
}

// Record is a reply for programs: what `sfngen invoke --json` writes.
type Record struct {
	Stack   string             `json:"stack"`
	Host    string             `json:"host"`
	Request curl.RequestRecord `json:"request"`
	// Response is the API's own answer, or what docs/problems.md lists.
	Response  *curl.AnswerRecord `json:"response"`
	Execution string             `json:"execution,omitempty"` // its name
	Attempts  int                `json:"attempts,omitempty"`
	Egress    int                `json:"egress,omitempty"`   // that of the answer
	Location  string             `json:"location,omitempty"` // of an execution that continues
	// Refusal is why Lambda answered in the place of the workflow.
	Refusal string `json:"refusal,omitempty"`
	TookMs  int64  `json:"tookMs"`
}

// Record is the reply as a whole: headers, query values and bodies, secrets too,
// but not the signature.
func (r Reply) Record() Record {
	record := Record{
		Stack: r.who.stack, Host: r.Request.URL.Host, Request: curl.RecordOf(r.Request), Response: r.Answer.Record(),
		Execution: r.Execution(), Attempts: r.number(contract.HeaderAttempts), Egress: r.number(contract.HeaderEgress),
		Location: r.Location(), TookMs: r.Took.Milliseconds(),
	}
	if !r.isOurs() {
		record.Refusal = r.refusal()
	}
	return record
}
