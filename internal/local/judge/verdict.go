package judge

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/width"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/egress"
	rules "github.com/sfngen/sfngen/runtime/judge"
)

// Verdict is what an answer means and what follows it, as sfngen judge prints it in JSON.
// The words are those of an egress's log line.
type Verdict struct {
	Attempt    int    `json:"attempt"`
	Attempts   int    `json:"attempts"` // that there are
	Egress     int    `json:"egress"`
	Method     string `json:"method"`
	Trigger    string `json:"trigger,omitempty"`
	StatusCode int    `json:"statusCode"`
	// Means is the name of an error, or success; Outcome is the name under which the
	// attempt is reported: no attempt may follow some failure that otherwise could.
	Means   string `json:"means"`
	Outcome string `json:"outcome"`
	// DecidedBy is the field of the spec that says what the answer means: retry.rules[2],
	// or a list of status codes; "" where none does, so that it is rejected.
	DecidedBy string `json:"decidedBy"`
	Rule      string `json:"rule,omitempty"` // its name
	When      string `json:"when,omitempty"` // its conditions, in words
	// NotBy are the rules that were asked before, and why they do not match.
	NotBy   []NotBy        `json:"notBy,omitempty"`
	Scope   contract.Scope `json:"scope,omitempty"`
	Fault   contract.Fault `json:"fault,omitempty"`
	Reason  string         `json:"reason"`
	Final   string         `json:"final,omitempty"` // why no attempt follows
	Certain bool           `json:"certain"`         // that the API did not act
	// RequestedWaitSeconds is what the answer requests, MinWaitSeconds what the spec wants
	// after it at least, UnreadWait what could not be read.
	RequestedWaitSeconds int    `json:"requestedWaitSeconds"`
	MinWaitSeconds       int    `json:"minWaitSeconds"`
	UnreadWait           string `json:"unreadWait,omitempty"`
	// CoolDownSeconds is how long later requests through this egress make no call after it.
	CoolDownSeconds int `json:"coolDownSeconds,omitempty"`
	// PoolCoolDownSeconds is how long no egress may call after it, as a rule wants it or as
	// is requested; 0 where it says nothing of others.
	PoolCoolDownSeconds int   `json:"poolCoolDownSeconds,omitempty"`
	Next                *Next `json:"next,omitempty"` // nil where no attempt follows
}

// NotBy is a rule that does not match the answer.
type NotBy struct {
	Field     string `json:"field"`     // of the spec, such as retry.rules[0]
	Rule      string `json:"rule"`      // its name
	Condition string `json:"condition"` // the first that does not hold, in words
	Got       string `json:"got"`       // what there is in its place, in words
}

// Next is the attempt that follows. It waits from Least to Most seconds, as the jitter of
// the backoff has it.
type Next struct {
	Attempt          int                 `json:"attempt"`
	Egress           int                 `json:"egress"`
	LeastWaitSeconds int                 `json:"leastWaitSeconds"`
	MostWaitSeconds  int                 `json:"mostWaitSeconds"`
	WaitReason       contract.WaitReason `json:"waitReason,omitempty"`
	// BlockedSeconds is how long the egress of the answer may not call.
	BlockedSeconds int `json:"blockedSeconds,omitempty"`
}

func verdict(p *plan.Plan, in contract.Invocation, a curl.Answer, least, most egress.Foreseen) Verdict {
	v := Verdict{
		Attempt: in.Attempt, Attempts: len(p.Attempts), Egress: egressOf(p, in.Attempt),
		Method: in.Input.Request.Method, Trigger: in.Input.Trigger, StatusCode: a.StatusCode,
		Means: cmp.Or(most.Verdict.Error, contract.OutcomeSuccess), Outcome: cmp.Or(most.Error, contract.OutcomeSuccess),
		DecidedBy: decidedBy(p, in.Policy, a.StatusCode, most), Rule: most.Verdict.Rule, Scope: most.Verdict.Scope,
		Fault: most.Fault, Reason: most.Reason, Final: most.Final, Certain: most.Verdict.Certain,
		RequestedWaitSeconds: most.RequestedSeconds, MinWaitSeconds: most.Verdict.MinSeconds, UnreadWait: most.UnreadWait,
	}
	v.CoolDownSeconds = most.CoolDownSeconds
	if most.Verdict.PoolSeconds > 0 {
		v.PoolCoolDownSeconds = most.BlockedSeconds
	}
	if i := ruleIndex(p, v.Rule); i >= 0 {
		v.When = p.RuleViews()[i].When
	}
	for i, u := range most.Unmatched {
		v.NotBy = append(v.NotBy, NotBy{fmt.Sprintf("retry.rules[%d]", i), u.Rule, plan.WhenWords(u.Missed), gotWords(u)})
	}
	if most.Error != "" && most.Final == "" {
		v.Next = &Next{
			Attempt: in.Attempt + 1, Egress: egressOf(p, in.Attempt+1), LeastWaitSeconds: least.WaitSeconds,
			MostWaitSeconds: most.WaitSeconds, WaitReason: most.WaitReason, BlockedSeconds: most.BlockedSeconds,
		}
	}
	return v
}

// gotWords is as in: "7", or: none.
func gotWords(u rules.Unmatched) string {
	switch {
	case u.Unread != "":
		return "a body in " + u.Unread + ", which rules cannot read"
	case u.Missed.JSON != nil && u.NoJSON:
		return "a body that is no JSON"
	case len(u.Got) == 0:
		return "none"
	}
	quoted := u.Missed.Headers != nil || u.Missed.Body != nil
	var words []string
	for _, text := range u.Got {
		short := width.Cut(text, mostGot)
		if quoted {
			short = strconv.Quote(short)
		}
		words = append(words, short)
	}
	return count.And(words...)
}

// mostGot is how many columns of a value are shown.
const mostGot = 60

func ruleIndex(p *plan.Plan, name string) int {
	return slices.IndexFunc(p.Rules(), func(r contract.Rule) bool { return r.Name == name })
}

// decidedBy is the field that says what the answer means. Without a rule it is the list
// that has the code, and what none has is rejected.
func decidedBy(p *plan.Plan, policy contract.Policy, status int, f egress.Foreseen) string {
	if f.Verdict.Rule != "" {
		return fmt.Sprintf("retry.rules[%d]", ruleIndex(p, f.Verdict.Rule))
	}
	switch f.Verdict.Error {
	case contract.ErrRateLimited:
		return "retry.rateLimit.statusCodes"
	case contract.ErrTransient:
		return "retry.retryableStatusCodes"
	}
	if f.Verdict.Error == "" || policy.SuccessStatusCodes.Contains(status) { // a redirect is rejected by it too
		return "upstream.successStatusCodes"
	}
	return ""
}

// means are the outcomes as the terminal writes them.
func means(name string) string {
	if name == contract.OutcomeSuccess {
		return string(timeline.Success)
	}
	return string(timeline.OutcomeOf(name))
}

// Lines is the verdict for people. rule is where the rule stands, such as spec.yaml:9; it
// is not used where none decides.
func (v Verdict) Lines(rule string) []string {
	lines := []string{v.head()}
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, fmt.Sprintf("%-12s%s", label, text))
		}
	}
	add("decided by", v.decision(rule))
	for _, n := range v.NotBy {
		add("not by", fmt.Sprintf("%s: %s; got %s", contract.RuleWords(n.Rule), n.Condition, n.Got))
	}
	add("requested", v.requested())
	add("then", v.then())
	add("others", v.others())
	return lines
}

func (v Verdict) head() string {
	status := strings.TrimSpace(fmt.Sprintf("%d %s", v.StatusCode, http.StatusText(v.StatusCode)))
	of := v.Method
	if v.Trigger != "" {
		of += " of " + v.Trigger
	}
	meaning := means(v.Means)
	switch {
	case v.Fault != "": // the body is broken or too large, whatever it means
		meaning = means(v.Outcome)
	case v.Scope != "" && v.PoolCoolDownSeconds > 0:
		meaning += " (of the pool)"
	case v.Scope != "":
		meaning += " (per " + string(v.Scope) + ")"
	}
	return fmt.Sprintf("%s to attempt %d of %d, %s: %s", status, v.Attempt, v.Attempts, of, meaning)
}

func (v Verdict) decision(rule string) string {
	switch {
	case v.Fault != "":
		return v.Reason
	case v.Rule != "":
		return fmt.Sprintf("%s (%s): %s", contract.RuleWords(v.Rule), rule, v.When)
	case v.DecidedBy != "":
		return v.DecidedBy
	}
	return "no rule, and no list of status codes has it"
}

func (v Verdict) requested() string {
	var parts []string
	if v.RequestedWaitSeconds > 0 {
		parts = append(parts, "a wait of "+inSeconds(v.RequestedWaitSeconds))
	}
	if v.UnreadWait != "" {
		parts = append(parts, v.UnreadWait+" could not be read")
	}
	return strings.Join(parts, "; ")
}

func (v Verdict) then() string {
	switch {
	case v.Outcome == contract.OutcomeSuccess:
		return "the caller gets it"
	case v.Final == timeline.NoneLeft:
		return "that was the last attempt"
	case v.Next == nil:
		return "no attempt follows: " + v.Final
	}
	n := v.Next
	text := fmt.Sprintf("attempt %d ", n.Attempt) + n.after()
	if n.Egress != v.Egress {
		text += ", through another egress"
		if n.BlockedSeconds > 0 && v.Scope == contract.ScopeIP {
			text += "; this one may call again in " + inSeconds(n.BlockedSeconds)
		}
	}
	return text
}

// others says what becomes of later requests where that is more than what becomes of this
// one.
func (v Verdict) others() string {
	switch {
	case v.PoolCoolDownSeconds > 0:
		return fmt.Sprintf("no egress that knows of it calls for %s; later requests wait, or get 429 with Retry-After",
			inSeconds(v.PoolCoolDownSeconds))
	case v.CoolDownSeconds > 0 && v.Means != contract.ErrRateLimited:
		return fmt.Sprintf("this egress may call again in %s; later requests go through another one, wait, or get 429 with Retry-After",
			inSeconds(v.CoolDownSeconds))
	}
	return ""
}

// after says how long the wait is, and what for.
func (n Next) after() string {
	if n.MostWaitSeconds == 0 {
		return "at once"
	}
	least, most := inSeconds(n.LeastWaitSeconds), inSeconds(n.MostWaitSeconds)
	source := map[contract.WaitReason]string{
		contract.WaitRequested: "requested", contract.WaitMinimum: "minWait", contract.WaitCoolDown: "coolDown",
	}[n.WaitReason]
	switch jitter := n.MostWaitSeconds - n.LeastWaitSeconds; {
	case source != "" && jitter > 0:
		return fmt.Sprintf("after %s (%s) and up to %s of jitter", least, source, inSeconds(jitter))
	case source != "":
		return fmt.Sprintf("after %s (%s)", most, source)
	case jitter > 0:
		return fmt.Sprintf("after %s to %s (backoff)", least, most)
	}
	return fmt.Sprintf("after %s (backoff)", most)
}

func inSeconds(n int) string { return plan.Short(time.Duration(n) * time.Second) }
