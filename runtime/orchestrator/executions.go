package orchestrator

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/sfngen/sfngen/runtime/contract"
)

// lookUp answers under the reserved path: with an execution's answer, or that it
// still runs. An Express execution cannot be looked up (Step Functions API,
// DescribeExecution).
func (o *Orchestrator) lookUp(ctx context.Context, event events.LambdaFunctionURLRequest, path callerPath) (answer, error) {
	name, ok := strings.CutPrefix(path.plain, contract.ExecutionsPath)
	if !ok || !isExecutionName(name) || o.cfg.Workflow != contract.WorkflowStandard {
		return answer{}, executionNotFound.problem("There is no execution here.")
	}
	reading := []string{http.MethodGet, http.MethodHead}
	if method := event.RequestContext.HTTP.Method; !slices.Contains(reading, method) {
		return answer{}, notAllowed(method, reading)
	}
	ctx, cancel := o.env.Clock.WithDeadline(ctx, o.until(ctx))
	defer cancel()
	return o.found(ctx, name)
}

// absentLooks is how often an unknown execution is looked up. It may have been
// started a moment ago; but any caller can send names that never existed.
const absentLooks = 2

func (o *Orchestrator) found(ctx context.Context, name string) (answer, error) {
	absent := 0
	again := func(err error) bool {
		if isAbsent(err) {
			absent++
		}
		return mayPass(err) || isAbsent(err) && absent < absentLooks
	}
	out, err := calling(ctx, o, again, o.describe(ctx, name))
	switch {
	case err == nil && hasEnded(out):
		return o.outcomeOf(name, out).answer()
	case err == nil:
		return pending(name, out.Status, preference{}), nil
	case isAbsent(err):
		return answer{}, executionNotFound.problem("There is no execution with this name. Executions are kept for 90 days.")
	}
	return answer{}, waitProblem(err).of(name).header("location", contract.ExecutionsPath+name)
}
