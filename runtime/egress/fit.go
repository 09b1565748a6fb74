package egress

import (
	"fmt"
	"maps"
	"sort"
	"strings"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/sfngen/sfngen/runtime/contract"
)

const (
	// finalLimit leaves room for what AWS may count in a Cause beside ours,
	// and for the note that a body was cut.
	finalLimit = contract.CauseLimit - 512
	// passingLimit is for a failure that stays in the state's data, beside the
	// request and, parsed, a second time. headerShare is what its fields may
	// take of that.
	passingLimit = 16_384
	headerShare  = 4_096
	// passingBody is the longest body, in bytes, that such a failure carries.
	passingBody = 4_096
)

// reportAs is how a failure is reported: under which name, and in which form.
type reportAs struct {
	name string
	next []int // contract.Report's
}

// fitFailure encodes a failure within AWS's limits. A final one carries the
// answer, with its body cut to what fits; another one a summary of it.
func fitFailure(as reportAs, f contract.Failure, ans *answer, waitHeaders []string) messages.InvokeResponse_Error {
	if f.Final == "" {
		if ans != nil {
			f.Response = ans.summary(waitHeaders)
			f.Response.Headers = withoutCookies(f.Response.Headers) // where the spec names one as a wait
		}
		return invokeError(as, fitPassing(as, f))
	}
	if ans == nil {
		return invokeError(as, dropHeaders(as, f, finalLimit))
	}
	f.Response = &contract.Response{StatusCode: ans.status, Headers: withoutCookies(lowerNames(ans.header))}
	ans.putBody(f.Response, 0)
	f = addBody(as, dropHeaders(as, f, finalLimit), ans, finalLimit)
	return invokeError(as, f)
}

// withoutCookies leaves out the cookies that an answer sets: Step Functions writes the
// cause of a failure into every log, and a session is worth more to who reads that
// than to a caller whose request failed.
func withoutCookies(headers map[string][]string) map[string][]string {
	maps.DeleteFunc(headers, func(name string, _ []string) bool { return name == "set-cookie" || name == "set-cookie2" })
	return headers
}

// fitPassing keeps the body of a failure that is not final whole or not at all:
// it is the caller's when the next attempt is not started. The fields come
// first, up to their share.
func fitPassing(as reportAs, f contract.Failure) contract.Failure {
	if f.Response == nil {
		return f
	}
	whole := *f.Response
	bare := f
	bare.Response = &contract.Response{StatusCode: whole.StatusCode}
	f.Response = withoutBody(whole)
	f = dropHeaders(as, f, min(passingLimit, causeSize(as, bare)+headerShare))
	cut := f.Response
	whole.Headers = cut.Headers
	f.Response = &whole
	if whole.Body == "" || causeSize(as, f) > passingLimit {
		cut.Headers = maps.Clone(cut.Headers)
		delete(cut.Headers, "content-encoding") // nothing is left that has it
		f.Response = cut
	}
	return f
}

// withoutBody is r with the size of what was its body.
func withoutBody(r contract.Response) *contract.Response {
	if r.CutFrom == 0 {
		r.CutFrom = int64(len(r.Body))
		if r.IsBase64Encoded {
			padding := len(r.Body) - len(strings.TrimRight(r.Body, "="))
			r.CutFrom = int64(len(r.Body)/4*3 - padding)
		}
	}
	r.Body, r.IsBase64Encoded = "", false
	return &r
}

// dropHeaders leaves out the largest fields, and as few as it can, when the
// failure is too large without any body.
func dropHeaders(as reportAs, f contract.Failure, limit int) contract.Failure {
	if causeSize(as, f) <= limit || f.Response == nil {
		return f
	}
	names := sortedNames(f.Response.Headers)
	dropped := sort.Search(len(names), func(n int) bool {
		return causeSize(as, withoutFields(f, names[:n])) <= limit
	})
	return withoutFields(f, names[:dropped])
}

func withoutFields(f contract.Failure, names []string) contract.Failure {
	response := *f.Response
	response.Headers = maps.Clone(response.Headers)
	for _, name := range names {
		delete(response.Headers, name)
	}
	f.Response = &response
	f.Reason += " (without " + counted(len(names), "header field", "header fields") + " that did not fit)"
	return f
}

// addBody adds as much of the body as fits.
func addBody(as reportAs, f contract.Failure, ans *answer, limit int) contract.Failure {
	response := *f.Response
	f.Response = &response
	fits := func(n int) bool {
		ans.putBody(&response, n)
		return causeSize(as, f) <= limit
	}
	n := sort.Search(min(len(ans.body), limit), func(n int) bool { return !fits(n + 1) })
	ans.putBody(&response, n)
	if response.CutFrom > 0 {
		delete(response.Headers, "content-length") // it would contradict what is left
	}
	if n < len(ans.body) {
		f.Reason += fmt.Sprintf(" (response too large: %d bytes, cut to %d)", ans.size, n)
	}
	return f
}
