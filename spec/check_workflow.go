package spec

import (
	"fmt"
	"time"
)

// Limits that AWS sets to a workflow (Step Functions quotas) and to whoever
// waits for it (Lambda quotas).
const (
	ExpressLimit = 5 * time.Minute
	LambdaLimit  = 15 * time.Minute
)

// checkDeadline holds the deadline against the workflow's type, and the longest
// server-asked wait against both.
func (f *File) checkDeadline() {
	if !f.allSound("retry.deadline", "workflow.type", "retry.rateLimit.maxWait") {
		return
	}
	deadline, limit := f.Spec.Retry.Deadline, f.Spec.Retry.RateLimit.MaxWait
	express := f.Spec.Workflow.Type == WorkflowExpress
	if express && deadline > ExpressLimit {
		f.fail("express-deadline", "retry.deadline", fmt.Sprintf("an express workflow ends after %s, got %s", short(ExpressLimit), short(deadline)),
			"write "+short(ExpressLimit)+" or less, or set workflow.type: standard")
		return
	}
	if deadline == 0 && express {
		deadline = ExpressLimit
	}
	if deadline > 0 && limit >= deadline && f.Has("retry.rateLimit.maxWait") {
		f.warn("max-wait-beyond-deadline", "retry.rateLimit.maxWait",
			fmt.Sprintf("a wait of %s does not fit into the workflow, which ends after %s", short(limit), short(deadline)), "shorten it, or raise retry.deadline")
	}
}

// checkWorkflow warns of what a standard workflow costs where someone waits for
// it, and of data that is logged nowhere.
func (f *File) checkWorkflow() {
	if !f.allSound("workflow", "retry") {
		return
	}
	workflow := f.Spec.Workflow
	if workflow.Type == WorkflowStandard && f.longest() <= LambdaLimit {
		f.warn("waited-standard", "workflow.type",
			"the function URL waits for a standard workflow by asking for its state, and AWS grants an account 15 such questions a second",
			"use express, or let callers send Prefer: respond-async")
	}
	if workflow.LogData && workflow.LogLevel == LogOff {
		f.warn("log-data-unused", "workflow.logData", "has no effect with logLevel: off", "remove it, or set another logLevel")
	}
}

// longest is an upper bound of the time that an execution takes; the plan has
// the exact one.
func (f *File) longest() time.Duration {
	retry := f.Spec.Retry
	if retry.Deadline > 0 {
		return retry.Deadline
	}
	wait := max(retry.Backoff.MaxDelay, retry.RateLimit.MaxWait)
	return time.Duration(retry.MaxAttempts)*(retry.AttemptTimeout+wait) - wait
}

// checkFunctionURL warns of an open door and refuses CORS settings for nobody.
func (f *File) checkFunctionURL() {
	const path = "triggers.functionUrl"
	if !f.sound(path) {
		return
	}
	url := f.Spec.Triggers.FunctionURL
	if url.Auth == "none" {
		f.warn("open-function-url", path+".auth", "anyone who finds the URL can call the API through it, at your cost", "use auth: iam")
	}
	cors := url.CORS
	if len(cors.Origins) == 0 && (len(cors.Methods) > 0 || len(cors.Headers) > 0 || cors.MaxAge > 0) {
		f.fail("cors-without-origins", path+".cors", "has settings, but no origin that they are for", "name some in origins, or remove the rest")
	}
}
