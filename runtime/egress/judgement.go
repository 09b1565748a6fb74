package egress

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/judge"
)

// judge names the outcome of a call. It does not yet say whether an attempt follows.
func (a attempt) judge(ans *answer, missed *miss) outcome {
	o := outcome{record: contract.Attempt{Attempt: a.Attempt, Egress: a.egress}, answer: ans}
	if ans != nil {
		o.record.StatusCode = ans.status
	}
	if missed == nil {
		a.judgeAnswer(&o)
		return o
	}
	o.record.Fault = missed.fault
	o.reason = missed.reason
	a.judgeFault(&o, missed)
	return o
}

func (a attempt) judgeAnswer(o *outcome) {
	v := a.verdict(o.answer)
	o.error, o.certain, o.scope, o.record.Rule = v.Error, v.Certain, v.Scope, v.Rule
	o.least, o.pool = max(v.MinSeconds, v.PoolSeconds), v.PoolSeconds > 0
	o.reason = statusText(o.answer)
	unread := ""
	if v.Unread != "" {
		if a.by != nil {
			v.Unread = a.by.Mask(v.Unread) // before it is cut
		}
		unread = fmt.Sprintf(" (its body is in %s, which rules cannot read)", cutText(v.Unread, formLimit))
	}
	if v.Rule != "" {
		o.reason += " (" + contract.RuleWords(v.Rule) + ")"
	}
	switch {
	case v.Error != contract.ErrRejected:
	case v.Rule != "":
		o.reject(contract.RuleWords(v.Rule) + " rejects it")
	default:
		o.reason = redirectText(o.answer)
		o.reject(a.whyRejected(o.answer))
	}
	o.reason += unread
}

// formLimit is in bytes: the name of a coding or a charset is the upstream's.
const formLimit = 32

// verdict is what an answer means by the policy.
func (a attempt) verdict(ans *answer) judge.Verdict {
	return judge.Decide(a.Policy, a.judged(), ans.asItCame().judged())
}

func (a attempt) judged() judge.Request {
	return judge.Request{Method: a.Input.Request.Method, Trigger: a.Input.Trigger}
}

func (ans *answer) judged() judge.Answer {
	return judge.Answer{Status: ans.status, Header: ans.header, Body: ans.body}
}

func (a attempt) isSuccess(ans *answer) bool { return a.verdict(ans).Error == "" }

func (a attempt) whyRejected(ans *answer) string {
	if !a.Policy.SuccessStatusCodes.Contains(ans.status) {
		return fmt.Sprintf("status %d is not retried", ans.status)
	}
	of, lost := a.Input.Request.Method, ""
	if a.Input.Trigger != "" {
		of = fmt.Sprintf("the trigger %s", a.Input.Trigger)
	} else if len(ans.header.Values("Set-Cookie")) > 0 {
		lost = ", and its set-cookie does not reach the caller"
	}
	return fmt.Sprintf("a redirect is no success of %s%s; upstream.successStatusCodes: [2xx, %d] makes it one", of, lost, ans.status)
}

// judgeFault also drops a partial answer: half a success is no success.
func (a attempt) judgeFault(o *outcome, missed *miss) {
	o.answer = nil
	o.certain = o.record.Fault.NotSent()
	switch category := errorCategory(o.record.Fault); {
	case missed.final != "":
		o.reject(missed.final)
	case missed.again:
		o.error = contract.ErrTransient
	case category == "":
		o.reject("it would fail again")
	case slices.Contains(a.Policy.Transient.Errors, category):
		o.error = contract.ErrTransient
	default:
		o.reject(fmt.Sprintf("%s is not in retry.retryableErrors", category))
	}
}

// errorCategory is the word of retry.retryableErrors for a fault; "" for one
// that no other attempt could fix.
func errorCategory(f contract.Fault) string {
	switch f {
	case contract.FaultTimeout, contract.FaultConnectTimeout:
		return contract.ErrorTimeout
	case contract.FaultDNS, contract.FaultRefused, contract.FaultTLS, contract.FaultConnect,
		contract.FaultConnection, contract.FaultProtocol, contract.FaultCoding:
		return contract.ErrorConnection
	}
	return ""
}

func counted(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}

// statusText is "429 Too Many Requests", or the number alone for a code that
// HTTP does not register.
func statusText(ans *answer) string {
	text := strconv.Itoa(ans.status)
	if name := http.StatusText(ans.status); name != "" {
		text += " " + name
	}
	if ans.broken != "" {
		text += " (" + ans.broken + ")"
	}
	if ans.dropped > 0 {
		text += fmt.Sprintf(" (of its header %s left out: at most %d pass, and %d KiB)",
			counted(ans.dropped, "line is", "lines are"), contract.HeaderLinesLimit, contract.HeaderBytesLimit>>10)
	}
	return text
}

// locationLimit is in bytes.
const locationLimit = 200

func isRedirection(code int) bool { return code >= 300 && code <= 399 }

// redirectText adds to a status that is no success where it leads.
func redirectText(ans *answer) string {
	to := cutText(contract.PlainLocation(ans.header.Get("Location")), locationLimit)
	if !isRedirection(ans.status) || to == "" {
		return statusText(ans)
	}
	return fmt.Sprintf("%s: a redirect to %s that nobody follows", statusText(ans), to)
}
