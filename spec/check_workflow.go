package spec

import (
	"fmt"

	"github.com/sfngen/sfngen/runtime/contract"
)

// ExpressLimit is the longest that an express workflow runs (Step Functions
// quotas: max duration).
const ExpressLimit = contract.ExpressLimit

// checkDeadline holds the deadline against the workflow's type.
func (f *File) checkDeadline() {
	if !f.allSound("retry.deadline", "workflow.type") {
		return
	}
	deadline := f.Spec.Retry.Deadline
	if f.Spec.Workflow.Type == WorkflowExpress && deadline > ExpressLimit {
		f.fail("express-deadline", "retry.deadline", fmt.Sprintf("an express workflow ends after %s, got %s", Short(ExpressLimit), Short(deadline)),
			"write "+Short(ExpressLimit)+" or less, or set workflow.type: standard")
	}
}

// checkWorkflow warns of data that is logged nowhere.
func (f *File) checkWorkflow() {
	if !f.sound("workflow") {
		return
	}
	if workflow := f.Spec.Workflow; workflow.LogData && workflow.LogLevel == LogOff {
		f.warn("log-data-unused", "workflow.logData", "has no effect with logLevel: off", "remove it, or set another logLevel")
	}
}

// checkFunctionURL warns of an open door and refuses CORS settings for nobody.
func (f *File) checkFunctionURL() {
	const path = "triggers.functionUrl"
	if !f.sound(path) {
		return
	}
	url := f.Spec.Triggers.FunctionURL
	if url.Auth == "none" && f.Spec.HasFunctionURL() {
		f.warn("open-function-url", path+".auth", "anyone who finds the URL can call the API through it, at your cost", "use auth: iam")
	}
	cors := url.CORS
	if len(cors.Origins) == 0 && (len(cors.Methods) > 0 || len(cors.Headers) > 0 || cors.MaxAge > 0) {
		f.fail("cors-without-origins", path+".cors", "has settings, but no origin that they apply to", "list some in origins, or remove the rest")
	}
}
