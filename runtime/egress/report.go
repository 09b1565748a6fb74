package egress

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/sfngen/sfngen/runtime/contract"
)

// report turns an outcome into what Lambda returns. A success that would not
// fit becomes a failure in o.
func report(a attempt, o *outcome, now time.Time) (contract.Success, error) {
	if o.error == "" {
		if success, ok := reportSuccess(a, o); ok {
			return success, nil
		}
		if a.by != nil {
			o.answer = a.by.masked(o.answer)
		}
	}
	failure := contract.Failure{
		Reason:        cutText(o.reason, reasonLimit),
		Final:         cutText(o.final, reasonLimit),
		Response:      o.forward,
		Attempts:      attemptsOf(a, *o),
		WaitSeconds:   o.wait,
		WaitReason:    o.waitReason,
		WaitEgress:    o.waitEgress,
		JitterSeconds: o.jitter,
		UnreadWait:    o.unread,
	}
	as := reportAs{name: o.error}
	switch {
	case a.isCoordinated():
		as.next = a.endless(o.next)
		failure.Skipped, failure.Slot, failure.RetryAfterSeconds = o.skips(a), o.slot, o.retryAfter
	case o.record.Fault == contract.FaultSkipped && o.final != "":
		failure.RetryAfterSeconds = a.freeIn(o, now)
	}
	return contract.Success{}, fitFailure(as, failure, o.answer, a.Policy.RequestedWait.Headers)
}

func attemptsOf(a attempt, o outcome) []contract.Attempt {
	all := append([]contract.Attempt{}, a.past...)
	if o.record.Attempt == 0 {
		return all
	}
	return append(all, o.record)
}

// reportSuccess is never cut: half an answer with a good status would pass for
// a whole one.
func reportSuccess(a attempt, o *outcome) (contract.Success, bool) {
	if o.answer.dropped > 0 {
		o.tooLarge("response too large: its header has more than %d lines, or than %d KiB",
			contract.HeaderLinesLimit, contract.HeaderBytesLimit>>10)
		return contract.Success{}, false
	}
	success := contract.Success{Response: o.answer.response(), Attempts: attemptsOf(a, *o)}
	size := len(encode(success))
	if size <= contract.SuccessLimit { // what was not read whole is far larger
		return success, true
	}
	encoded := len(encode(success.Response.Body))
	fits := int64(len(o.answer.body)) * int64(max(0, contract.SuccessLimit-size+encoded)) / int64(encoded)
	o.tooLarge("response too large: %d bytes, at most about %d fit", o.answer.size, fits)
	return contract.Success{}, false
}

// tooLarge keeps the size of the body for the caller, unless it is the header that does
// not fit.
func (o *outcome) tooLarge(format string, args ...any) {
	o.reason = fmt.Sprintf(format, args...)
	o.record.Fault = contract.FaultTooLarge
	o.answer.body, o.answer.partial = nil, o.answer.dropped == 0
	o.reject("the same answer would not fit again")
}

// encode is JSON as aws-lambda-go writes a result: without escapes for HTML.
func encode(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // contract's types have nothing that JSON cannot hold
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// invokeError is what Lambda reports; its JSON becomes the Cause.
func invokeError(as reportAs, f contract.Failure) messages.InvokeResponse_Error {
	return messages.InvokeResponse_Error{Type: as.name, Message: string(encode(contract.Report{Next: as.next, Failure: f}.Form()))}
}

// causeSize is the length of that JSON, as aws-lambda-go writes an error: with
// escapes for HTML.
func causeSize(as reportAs, f contract.Failure) int {
	cause, err := json.Marshal(invokeError(as, f))
	if err != nil {
		panic(err) // two strings
	}
	return len(cause)
}

const reasonLimit = 512 // bytes

func cutText(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	const mark = "…"
	return string(wholeRunes([]byte(text), limit-len(mark))) + mark
}

// sortedNames gives the names of headers, the largest field first.
func sortedNames(headers map[string][]string) []string {
	size := func(name string) int { return len(encode(headers[name])) + len(name) }
	names := make([]string, 0, len(headers))
	sizes := make(map[string]int, len(headers))
	for name := range headers {
		names = append(names, name)
		sizes[name] = size(name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if sizes[a] != sizes[b] {
			return sizes[b] - sizes[a]
		}
		return bytes.Compare([]byte(a), []byte(b))
	})
	return names
}
