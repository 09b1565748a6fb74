package engine

import (
	"errors"
	"strings"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// How the history names the integration (arn:…:states:::lambda:invoke).
const (
	resourceType = "lambda"
	resource     = "invoke"
)

// act calls until a call works, or no retrier matches its failure.
func (t *task) act(e *execution, v *visit) (step, *failure) {
	for {
		went, f := t.try(e, v)
		if f == nil || f.kind != catchable {
			return went, f
		}
		delay, again := t.retry(e, v, f)
		if !again {
			return t.catch(e, v, f)
		}
		if f := e.sleep(delay); f != nil {
			return step{}, f
		}
		v.retries++
		e.result.Transitions++
		e.context.left()
	}
}

// try makes one call, from Parameters to OutputPath. Parameters are evaluated for
// each call: they may read $$.State.RetryCount.
func (t *task) try(e *execution, v *visit) (step, *failure) {
	in, f := e.filter(v.state.input, v.input)
	if f != nil {
		return step{}, f
	}
	parameters, f := e.evaluate(t.parameters, in)
	if f != nil {
		return step{}, f
	}
	result, f := t.call(e, parameters)
	if f != nil {
		return step{}, f
	}
	return t.take(e, v, result)
}

// take builds the state's output from a result. Assign gets the raw result;
// ResultSelector applies only to the output.
func (t *task) take(e *execution, v *visit, result jsonvalue.Value) (step, *failure) {
	assigned, f := e.evaluate(v.state.assign, result)
	if f != nil {
		return step{}, f
	}
	if t.selector != nil {
		if result, f = e.evaluate(t.selector, result); f != nil {
			return step{}, f
		}
	}
	return e.leave(v, t.target, result, assigned)
}

// call invokes the function and returns what lambda:invoke does.
func (t *task) call(e *execution, parameters jsonvalue.Value) (jsonvalue.Value, *failure) {
	function, f := e.functionName(parameters)
	if f != nil {
		return jsonvalue.Value{}, f
	}
	payload, _ := parameters.Get("Payload")
	if tooLarge(parameters) {
		return jsonvalue.Value{}, parametersTooLarge(e.visit.state.name)
	}
	if f := e.interrupted(); f != nil {
		return jsonvalue.Value{}, f
	}
	e.follow("TaskScheduled", event.TaskScheduledDetails{ResourceType: resourceType, Resource: resource,
		Region: e.region(), Parameters: parameters, TimeoutSeconds: int(t.timeout.Seconds())})
	e.follow("TaskStarted", event.TaskStartedDetails{ResourceType: resourceType, Resource: resource})
	return t.invoke(e, function, payload)
}

// functionName checks the one argument that a path can make invalid.
func (e *execution) functionName(parameters jsonvalue.Value) (string, *failure) {
	name, _ := parameters.Get("FunctionName")
	if name.Kind() != jsonvalue.String || name.Text() == "" {
		return "", e.runtimeError("The Parameters '" + parameters.String() +
			"' could not be used to start the Task: [The value of the field 'FunctionName' has an invalid format]")
	}
	return name.Text(), nil
}

func (t *task) invoke(e *execution, function string, payload jsonvalue.Value) (jsonvalue.Value, *failure) {
	ctx := e.ctx
	if t.timeout > 0 {
		limited, cancel := e.env.Clock.WithDeadline(ctx, e.env.Clock.Now().Add(t.timeout))
		defer cancel()
		ctx = limited
	}
	reply, err := e.env.Invoker.Invoke(ctx, function, payload)
	if f := e.interrupted(); f != nil {
		return jsonvalue.Value{}, f // the machine's time counts before the task's
	}
	if ctx.Err() != nil {
		return jsonvalue.Value{}, e.taskTimedOut()
	}
	if err != nil {
		return jsonvalue.Value{}, e.taskFailed(invocationFailure(err))
	}
	result := e.invocation(reply)
	if tooLarge(result) {
		return result, e.taskFailed(resultTooLarge(resourceType))
	}
	e.follow("TaskSucceeded", event.TaskSucceededDetails{ResourceType: resourceType, Resource: resource, Output: result})
	return result, nil
}

// invocationFailure is the failure for an Invoker's error.
func invocationFailure(err error) *failure {
	var task *TaskError
	if !errors.As(err, &task) {
		return &failure{name: "Lambda.Unknown", cause: err.Error()}
	}
	if len(task.Cause) > maxPayload {
		return resultTooLarge(resourceType)
	}
	return &failure{name: task.Name, cause: task.Cause}
}

// taskFailed records a failure. States.Runtime is never caught, even if a function
// returns it.
func (e *execution) taskFailed(f *failure) *failure {
	e.follow("TaskFailed", event.TaskFailedDetails{ResourceType: resourceType, Resource: resource, Error: f.name, Cause: f.cause})
	if f.name == errRuntime {
		f.kind = uncatchable
	}
	return f
}

func (e *execution) taskTimedOut() *failure {
	e.follow("TaskTimedOut", event.TaskTimedOutDetails{ResourceType: resourceType, Resource: resource, Error: errTimeout})
	return &failure{name: errTimeout}
}

// region is the machine's, the fourth part of its ARN.
func (e *execution) region() string {
	rest := e.about.StateMachineARN
	for range 3 {
		_, rest, _ = strings.Cut(rest, ":")
	}
	region, _, _ := strings.Cut(rest, ":")
	return region
}
