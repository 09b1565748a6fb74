package cfn

import (
	"slices"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

// roleIDs are the logical ids of the roles of spec.Roles, in the order of its Fields.
var roleIDs = []string{orchestratorRoleID, egressRoleID, machineRoleID, schedulerRoleID, eventsRoleID}

// roleField is the field of operations.roles for the role of this logical id; false for the
// role of one egress, which has none.
func roleField(roles spec.Roles, id string) (spec.RoleField, bool) {
	i := slices.Index(roleIDs, id)
	if i < 0 {
		return spec.RoleField{}, false
	}
	return roles.Fields()[i], true
}

// given is the spec's role in place of the one of this logical id; "" where the stack makes
// it.
func (b *builder) given(id string) string {
	if b.others {
		return ""
	}
	given, _ := roleField(b.plan.Operations.Roles, id)
	return given.ARN
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
	if !b.plan.MakesRoles() {
		b.resources = slices.DeleteFunc(b.resources, func(r Resource) bool { return r.ID == callerPolicyID })
	}
}

func has(resources []Resource, id string) bool {
	return slices.ContainsFunc(resources, func(r Resource) bool { return r.ID == id })
}

// boundaryFindings: a boundary is for the roles that the stack makes.
func boundaryFindings(file *spec.File, p *plan.Plan) []spec.Finding {
	if p.Operations.PermissionsBoundary == "" || p.MakesRoles() {
		return nil
	}
	return []spec.Finding{file.Warning("boundary-unused", "operations.permissionsBoundary",
		"bounds the roles that the stack makes, and operations.roles names all of them",
		"remove it; whoever makes those roles puts the boundary on them")}
}
