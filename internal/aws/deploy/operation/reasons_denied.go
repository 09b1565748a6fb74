package operation

import (
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// Forms of a refusal (IAM User Guide, "Troubleshoot access denied error messages").
var (
	deniedAction   = lazyregexp.New(`(?i)not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)`)
	deniedUser     = lazyregexp.New(`(?i)user: (arn:\S+) is not authorized`)
	deniedBoundary = lazyregexp.New(`(?i)because no permissions boundary allows|with an explicit deny in a permissions boundary`)
	// roleOfStack is a name that CloudFormation gives to a role of a template of sfngen's.
	roleOfStack = lazyregexp.New(`:assumed-role/[^/]*-(Egress[0-9]*|Orchestrator|StateMachine|Scheduler|Events)Role-`)
)

const policiesCommand = "'sfngen plan --policies SPEC' prints all that they need"

// adviseDenied says what to do about a refusal in which a permissions boundary has a part,
// or may have; "" for others.
func adviseDenied(reason string) string {
	action := submatch(deniedAction, reason)
	if !deniedBoundary.MatchString(reason) {
		return roleAdvice[action]
	}
	user := submatch(deniedUser, reason)
	if roleOfStack.MatchString(user) {
		return "the boundary of the stack's roles (operations.permissionsBoundary) does not allow " + action +
			": ask whoever wrote it to allow that; " + policiesCommand
	}
	whose := "these credentials, or the stack's service role, have"
	if user != "" {
		whose = strings.TrimSuffix(user, ",") + " has"
	}
	return whose + " a permissions boundary of its own, which does not allow " + action + ": ask whoever set it to allow that; " +
		"operations.permissionsBoundary bounds the stack's roles alone, and does not change it"
}

// roleAdvice is for what an account may keep for others to do, or allow with a boundary
// alone: AWS's sentence does not say which condition was not met.
var roleAdvice = map[string]string{
	"iam:CreateRole": "these credentials, or the stack's service role, may not make this role. If the account demands a " +
		"permissions boundary " +
		"on each role, write the ARN of that policy as operations.permissionsBoundary: another one does not count. If only others may " +
		"make roles, write theirs as operations.roles. Else docs/deploy.md has the policy that deploying needs",
	"iam:PutRolePermissionsBoundary": "these credentials, or the stack's service role, may not put this boundary on a role: " +
		"operations.permissionsBoundary needs iam:PutRolePermissionsBoundary; docs/deploy.md has the policy that deploying needs",
	"iam:DeleteRolePermissionsBoundary": "the account does not let these credentials take a boundary off a role: " +
		"write operations.permissionsBoundary again",
	"iam:PassRole": "these credentials, or the stack's service role, may not give this role to a service: they need iam:PassRole " +
		"on its ARN, " +
		"for a role of operations.roles, too; docs/deploy.md has the policy that deploying needs",
	"iam:CreatePolicy": "these credentials, or the stack's service role, may not make the policy for callers; with all roles in " +
		"operations.roles the stack has none. Else docs/deploy.md has the policy that deploying needs",
}

func submatch(form *lazyregexp.Pattern, text string) string {
	if match := form.FindStringSubmatch(text); match != nil {
		return match[1]
	}
	return ""
}
