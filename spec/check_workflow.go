package spec

import (
	"fmt"

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
			"write "+Short(ExpressLimit)+" or less, or set workflow.type: standard")
	}
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

// checkFunctionURL warns of a URL that anyone may call, and refuses CORS settings
// without an origin.
func (c *checker) checkFunctionURL() {
	const path = "triggers.functionUrl"
	if !c.sound(path) {
		return
	}
	url := c.spec.Triggers.FunctionURL
	if url.Auth == "none" && c.spec.HasFunctionURL() {
		c.checkOpenURL(path, url)
	}
	cors := url.CORS
	c.checkCORSHeaders(cors)
	if len(cors.Origins) == 0 && (len(cors.Methods) > 0 || len(cors.Headers) > 0 || cors.MaxAge > 0) {
		c.fail("cors-without-origins", path+".cors", "has settings, but no origin that they apply to", "list some in origins, or remove the rest")
	}
}

// checkOpenURL warns of what strangers can do, and says what bounds it.
func (c *checker) checkOpenURL(path string, url FunctionURL) {
	message, hint := "anyone who finds the URL can call the API through it, at your cost", "use auth: iam"
	if url.Concurrency == 0 {
		message += ", and use up the account's Lambdas"
		hint += ", or bound how many requests run at once by triggers.functionUrl.concurrency"
	}
	c.warn("open-function-url", path+".auth", message, hint)
}

// maxCORSHeaders is how many AllowHeaders a function URL takes (Lambda API, Cors).
const maxCORSHeaders = 100

// checkCORSHeaders: without a list of its own, CORS allows the forwarded headers.
func (c *checker) checkCORSHeaders(cors CORS) {
	const path = "upstream.forwardHeaders"
	n := len(c.spec.Upstream.ForwardHeaders)
	taken := len(cors.Origins) > 0 && len(cors.Headers) == 0 && c.spec.HasFunctionURL()
	if taken && n > maxCORSHeaders && c.sound(path) {
		c.fail("too-many-cors-headers", path, fmt.Sprintf("is also the list of CORS headers, of which AWS takes %d, got %d", maxCORSHeaders, n),
			`list those of browsers in triggers.functionUrl.cors.headers, or write ["*"] there`)
	}
}
