package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

// givenRole is the spec's role in place of the one of this logical id; "" where the stack
// makes it.
func givenRole(roles spec.Roles, id string) string {
	switch id {
	case orchestratorRoleID:
		return roles.Orchestrator
	case egressRoleID:
		return roles.Egress
	case machineRoleID:
		return roles.Workflow
	case schedulerRoleID:
		return roles.Schedules
	case eventsRoleID:
		return roles.Events
	}
	return ""
}

func (b *builder) given(id string) string { return givenRole(b.plan.Operations.Roles, id) }

// roleARN is the ARN of the role that has this logical id, or of the spec's in its place.
func (b *builder) roleARN(id string) document.Value {
	if arn := b.given(id); arn != "" {
		return arn
	}
	return getAtt(id, "Arn")
}

// makesNoRole reports whether the spec names all roles of the stack. Whoever may make no
// role makes no policy either, so such a stack has nothing of IAM.
func makesNoRole(p *plan.Plan) bool {
	r := p.Operations.Roles
	return r.Orchestrator != "" && r.Egress != "" && r.Workflow != "" &&
		(r.Schedules != "" || len(p.Schedules) == 0) && (r.Events != "" || len(p.Events) == 0)
}
