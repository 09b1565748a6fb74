package probe

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/runtime/contract"
)

// The faults that show outside of the egress, besides contract.FaultEgress, with
// which the Lambda itself fails.
const (
	FaultNotInvoked contract.Fault = "not-invoked" // AWS refused the invocation, or was not reached
	FaultNoProbe    contract.Fault = "no-probe"    // the egress is older than probes
	FaultNoResult   contract.Fault = "no-result"   // the function's answer is not an egress's
)

// FunctionError is an invocation that reached the function and failed there.
type FunctionError struct{ Type, Message string }

// ReadFunctionError reads the payload of a function error.
func ReadFunctionError(payload []byte) *FunctionError {
	var cause contract.Cause
	if json.Unmarshal(payload, &cause) != nil {
		return &FunctionError{Type: "Unknown", Message: "no reason was given"}
	}
	return &FunctionError{Type: cause.ErrorType, Message: cause.ErrorMessage}
}

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// reply is what one egress had to say in one round.
type reply struct {
	contract.Probed
	refused error // of Invoke; the Lambda was not reached
}

func (o Options) ask(ctx context.Context, function string, payload []byte) reply {
	answer, err := o.Invoke(ctx, function, payload)
	var failed *FunctionError
	switch {
	case errors.As(err, &failed):
		return ofFailure(failed)
	case err != nil:
		err = o.explained(err)
		r := fault(FaultNotInvoked, err.Error())
		r.refused = err
		return r
	}
	return ofAnswer(answer)
}

func (o Options) explained(err error) error {
	if o.Explain != nil {
		return o.Explain(err)
	}
	return err
}

func fault(name contract.Fault, reason string) reply {
	return reply{Probed: contract.Probed{Fault: name, Reason: oneLine(reason)}}
}

// ofFailure: an egress without probes treats the payload as an attempt without a
// number, and rejects it.
func ofFailure(e *FunctionError) reply {
	if e.Type == contract.ErrRejected {
		return fault(FaultNoProbe, "it was deployed by an older sfngen, which knows no probe: deploy the stack again with this sfngen")
	}
	return fault(contract.FaultEgress, "the Lambda failed: "+e.Error())
}

// ofAnswer trusts no answer further than its form: a function of that name may
// have become something else.
func ofAnswer(answer []byte) reply {
	var result contract.ProbeResult
	err := json.Unmarshal(answer, &result)
	p := result.Probe
	switch {
	case err != nil || p.Fault == "" && !p.Address.IsValid():
		return fault(FaultNoResult, "it answers, but not as an egress of sfngen does: deploy the stack again")
	case p.Fault != "":
		p.Fault, p.Reason = contract.Fault(oneLine(string(p.Fault))), oneLine(p.Reason)
	}
	p.Address, p.Service = p.Address.Unmap().WithZone(""), oneLine(p.Service)
	return reply{Probed: p}
}

// longestReason is room for AWS's longest refusal, with its ARNs.
const longestReason = 600

// oneLine keeps text from outside from breaking a line or moving the cursor.
func oneLine(text string) string {
	return printable.Cut(strings.Join(strings.Fields(printable.Line(text)), " "), longestReason)
}
