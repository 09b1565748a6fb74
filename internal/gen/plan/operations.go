package plan

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// OperationRules say what the stack has of others, and what becomes of its logs.
func (p *Plan) OperationRules() []string {
	o := p.Operations
	var rules []string
	if o.PermissionsBoundary != "" {
		rules = append(rules, "each role that the stack makes is bounded by "+o.PermissionsBoundary)
	}
	if fields := roleFields(o.Roles); len(fields) > 0 {
		rules = append(rules, fmt.Sprintf("%s of yours: %s; sfngen plan --policies prints what each must allow",
			count.Of(len(fields), "role"), strings.Join(fields, ", ")))
	}
	if o.KMSKey != "" {
		rules = append(rules, "encrypted with "+o.KMSKey+": "+count.And(p.encrypted()...)+
			"; KMS takes $0.03 for 10,000 calls, and the key has to let AWS use it (sfngen plan --policies)")
	}
	if o.RetainLogs {
		rules = append(rules, fmt.Sprintf("logs stay when the stack goes, and cost until they are %s old",
			count.Of(p.Workflow.LogRetention, "day")))
	}
	if o.LogClass == spec.LogClassInfrequentAccess {
		rules = append(rules, "logs cost half to write, and sfngen trace and list find nothing in them: CloudWatch Logs Insights reads them")
	}
	return rules
}

// encrypted is what the key is for.
func (p *Plan) encrypted() []string {
	what := []string{"log groups", "the Lambdas' environments"}
	if p.HasTriggers() || p.FailureQueue() != "" {
		what = append(what, "queues")
	}
	if p.Coordinates() {
		what = append(what, "the table of the pool")
	}
	return what
}

// MakesRoles reports whether the stack makes any role; one that makes none has nothing of
// IAM, and leaves the policy for callers to others.
func (p *Plan) MakesRoles() bool {
	r := p.Operations.Roles
	schedules := len(p.Schedules) > 0 || p.Pings()
	return r.Orchestrator == "" || r.Egress == "" || r.Workflow == "" || schedules && r.Schedules == "" ||
		len(p.Events) > 0 && r.Events == ""
}

func roleFields(r spec.Roles) []string {
	var fields []string
	for _, role := range r.Fields() {
		if role.ARN != "" {
			fields = append(fields, role.Name)
		}
	}
	return fields
}
