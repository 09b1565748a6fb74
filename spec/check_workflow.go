package spec

import (
	"fmt"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// ExpressLimit is the longest that an express workflow runs (Step Functions
// quotas: max duration).
const ExpressLimit = contract.ExpressLimit

// checkDeadline checks the deadline against the workflow's type.
func (c *checker) checkDeadline() {
	if !c.allSound("retry.deadline", "workflow.type") {
		return
	}
	deadline := c.spec.Retry.Deadline
	if c.spec.Workflow.Type == WorkflowExpress && deadline > ExpressLimit {
		c.fail("express-deadline", "retry.deadline",
			fmt.Sprintf("an express workflow ends after %s, got %s", Short(ExpressLimit), Short(deadline)),
			"write "+Short(ExpressLimit)+" or less, or set workflow.type: standard"+c.spec.StandardMeans(deadline))
	}
}

// StandardMeans says, in parentheses, what a standard workflow with that deadline means
// to callers: a note of plan, or a place to poll; "" where there are none.
func (s Spec) StandardMeans(deadline time.Duration) string {
	switch {
	case !s.HasFunctionURL():
		return ""
	case deadline > contract.LambdaLimit:
		return " (callers then always get 202 and a place to poll)"
	}
	return " (sfngen plan says how callers then wait)"
}

// checkWorkflow warns of data that is logged nowhere.
func (c *checker) checkWorkflow() {
	if !c.sound("workflow") {
		return
	}
	if workflow := c.spec.Workflow; workflow.LogData && workflow.LogLevel == LogOff {
		c.warn("log-data-unused", "workflow.logData", "has no effect with logLevel: off", "remove it, or set another logLevel")
	}
}

// checkFunctionURL warns of a URL that anyone may call.
func (c *checker) checkFunctionURL() {
	const path = "triggers.functionUrl"
	if !c.sound(path) {
		return
	}
	url := c.spec.Triggers.FunctionURL
	if url.Auth == "none" && c.spec.HasFunctionURL() {
		message := "anyone who finds the URL can call the API through it, at your cost"
		if url.Concurrency == 0 {
			message += ", and use up the account's Lambdas"
		}
		c.warn("open-function-url", path+".auth", message, c.openURLAdvice())
	}
	c.checkCORS(url.CORS)
}

// checkOnFailure refuses a queue that would stay empty: Step Functions sends status
// events for standard workflows alone (Step Functions, "Automating event delivery with
// EventBridge").
func (c *checker) checkOnFailure() {
	const path = "triggers.onFailure.queue"
	if !c.spec.Triggers.QueuesFailures() || !c.allSound(path, "workflow.type") {
		return
	}
	if c.spec.Workflow.Type == WorkflowExpress {
		c.fail("failure-queue-express", path, "an express workflow tells nobody of its ends, so the queue would stay empty",
			"set workflow.type: standard"+c.spec.StandardMeans(c.spec.Retry.Deadline)+", or remove it: an alarm on the metric "+
				"ExecutionsFailed says that there were failures, and the workflow's log which")
	}
	for i, event := range c.spec.Triggers.Events {
		if at := itemPath("triggers.events", i) + ".name"; event.Name == FailureName && event.Bus == "" && c.sound(at) {
			c.fail("duplicate-name", at, "the rule of triggers.onFailure.queue has that name", "give the event another one")
		}
	}
}
