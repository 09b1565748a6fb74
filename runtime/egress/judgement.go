package egress

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/sfngen/sfngen/runtime/contract"
)

// judge names the outcome of a call by the policy. It does not yet say whether
// an attempt follows.
func (a attempt) judge(ans *answer, missed *miss) outcome {
	o := outcome{record: contract.Attempt{Attempt: a.Attempt, Egress: a.egress}, answer: ans}
	if ans != nil {
		o.record.StatusCode = ans.status
	}
	if missed == nil {
		a.judgeStatus(&o)
		return o
	}
	o.record.Fault = missed.fault
	o.reason = missed.reason
	a.judgeFault(&o)
	return o
}

func (a attempt) judgeStatus(o *outcome) {
	code := o.answer.status
	o.reason = statusText(o.answer)
	switch {
	case a.Policy.SuccessStatusCodes.Contains(code):
	case a.Policy.RateLimited.StatusCodes.Contains(code):
		o.error, o.certain = contract.ErrRateLimited, true
	case a.Policy.Transient.StatusCodes.Contains(code):
		o.error, o.certain = contract.ErrTransient, code == http.StatusServiceUnavailable
	default:
		o.reject(fmt.Sprintf("status %d is not retried", code))
	}
}

// judgeFault also drops a partial answer: half a success is no success.
func (a attempt) judgeFault(o *outcome) {
	o.answer = nil
	o.certain = o.record.Fault.NotSent()
	switch category := errorCategory(o.record.Fault); {
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

// statusText is "429 Too Many Requests", or the number alone for a code that
// HTTP does not register.
func statusText(ans *answer) string {
	text := strconv.Itoa(ans.status)
	if name := http.StatusText(ans.status); name != "" {
		text += " " + name
	}
	if ans.partial && ans.size <= bodyLimit {
		text += " (its body broke off)"
	}
	return text
}
