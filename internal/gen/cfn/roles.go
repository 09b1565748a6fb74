package cfn

import (
	"slices"

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

func (b *builder) given(id string) string {
	if b.others {
		return ""
	}
	return givenRole(b.plan.Operations.Roles, id)
}

// roleARN is the ARN of the role that has this logical id, or of the spec's in its place.
func (b *builder) roleARN(id string) document.Value {
	if arn := b.given(id); arn != "" {
		return arn
	}
	return getAtt(id, "Arn")
}

// leavePoliciesToOthers: whoever may make no role makes no policy either. So a stack that
// makes none leaves the policy for callers out, and has nothing of IAM.
func (b *builder) leavePoliciesToOthers() {
	if !makesRoles(b.resources) {
		b.resources = slices.DeleteFunc(b.resources, func(r Resource) bool { return r.ID == callerPolicyID })
	}
}

func makesRoles(resources []Resource) bool {
	return slices.ContainsFunc(resources, func(r Resource) bool { return r.kind == role })
}

func has(resources []Resource, id string) bool {
	return slices.ContainsFunc(resources, func(r Resource) bool { return r.ID == id })
}

// boundaryFindings: a boundary is for the roles that the stack makes.
func boundaryFindings(file *spec.File, p *plan.Plan, t Template) []spec.Finding {
	if p.Operations.PermissionsBoundary == "" || makesRoles(t.Resources) {
		return nil
	}
	return []spec.Finding{file.Warning("boundary-unused", "operations.permissionsBoundary",
		"bounds the roles that the stack makes, and operations.roles names all of them",
		"remove it; whoever makes those roles puts the boundary on them")}
}
