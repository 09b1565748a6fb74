package cfn

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/gobuild"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

func egressLogs(k int) string { return numbered(egressLogsID, k) }

// egresses are the pool. They are identical, so they share a role, which allows only
// their logs and traces, and their credentials. Where a list gives each a credential of
// its own, each has a role of its own, and reads no other's.
func (b *builder) egresses() {
	own := b.plan.OwnRoles()
	if !own {
		var groups []string
		for k := 1; k <= b.plan.Egresses; k++ {
			groups = append(groups, egressLogs(k))
		}
		b.egressRole(egressRoleID, "an egress", 0, groups...)
	}
	for k := 1; k <= b.plan.Egresses; k++ {
		if own {
			b.egressRole(numbered(ownRoleID, k), fmt.Sprintf("egress %d", k), k, egressLogs(k))
		}
		b.egress(k)
	}
}

// credentialsOf are what egress k reads, or what any of them reads for 0.
func (b *builder) credentialsOf(k int) []spec.Reference {
	if k > 0 {
		return b.plan.CredentialsOf(k)
	}
	var all []spec.Reference
	for k := 1; k <= b.plan.Egresses; k++ {
		for _, r := range b.plan.CredentialsOf(k) {
			if !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	return all
}

// egressRole is the role of egress k, or of all of them for 0.
func (b *builder) egressRole(id, who string, k int, groups ...string) {
	may, permissions := "write its logs and traces", []statement{writeLogs(groups...)}
	if b.plan.ReadsSecrets() {
		may += ", read its credentials"
		permissions = append(permissions, b.credentialStatements(b.credentialsOf(k))...)
	}
	if b.plan.Coordinates() {
		may += ", read and write the table of the pool"
		permissions = append(permissions, egressTable())
	}
	if b.plan.Egress.Network.InVPC() {
		may += ", be in its subnet"
		permissions = append(permissions, b.networkStatements(k)...)
	}
	b.role(id, "What "+who+" of "+b.name+" may do: "+may+".", lambdaTrust(), b.withTracing(b.withFunctionKey(permissions))...)
}

// roleOf is the logical id of the role of egress k.
func (b *builder) roleOf(k int) string {
	if b.plan.OwnRoles() {
		return numbered(ownRoleID, k)
	}
	return egressRoleID
}

func (b *builder) egress(k int) {
	name := contract.EgressName(b.name, k)
	b.logGroup(egressLogs(k), contract.LogGroup(name))
	b.egressNetwork(k)
	function := b.function(name, fmt.Sprintf("Egress %d of %d: calls the API once for each attempt.", k, b.plan.Egresses))
	function["Code"] = artifact(ParameterEgressKey)
	function["Role"] = b.roleARN(b.roleOf(k))
	function["MemorySize"] = int64(b.plan.Egress.Memory)
	function["Timeout"] = seconds(b.plan.EgressTimeout)
	function["Environment"] = b.withTable(b.withNames(document.Map{{Name: contract.EnvEgress, Value: strconv.Itoa(k)}}))
	b.putInSubnet(function, k)
	b.logTo(function, egressLogs(k))
	reserve(function, b.plan.Egress.Concurrency)
	b.add(EgressID(k), function, b.wayOut(k)...)
}

// orchestrator is the Lambda behind the function URL.
func (b *builder) orchestrator() {
	name := contract.OrchestratorName(b.name)
	may := "run its workflow, write its logs and traces"
	permissions := append([]statement{writeLogs(orchestratorLogsID)}, b.startStatements()...)
	if b.plan.Coordinates() {
		may += ", choose by the table of the pool who calls first"
		permissions = append(permissions, b.orchestratorTable())
	}
	b.role(orchestratorRoleID, "What the orchestrator of "+b.name+" may do: "+may+".",
		lambdaTrust(), b.withTracing(b.withFunctionKey(permissions))...)
	b.logGroup(orchestratorLogsID, contract.LogGroup(name))
	function := b.function(name, "Runs the workflow for one request and sends the API's answer back.")
	function["Code"] = artifact(ParameterOrchestratorKey)
	function["Role"] = b.roleARN(orchestratorRoleID)
	function["MemorySize"] = int64(b.plan.Operations.OrchestratorMemory)
	function["Timeout"] = seconds(b.plan.OrchestratorTimeout)
	function["Environment"] = b.withTable(document.Map{{Name: contract.EnvStateMachine, Value: ref(StateMachineID)}})
	b.logTo(function, orchestratorLogsID)
	reserve(function, b.plan.OrchestratorConcurrency())
	b.add(OrchestratorID, function)
}

// reserve reserves concurrency. 0 reserves none; AWS's own 0 would stop the function.
func reserve(function properties, concurrency int) {
	if concurrency > 0 {
		function["ReservedConcurrentExecutions"] = int64(concurrency)
	}
}

// function is what all Lambdas of a stack have in common. A Go program on an OS
// runtime is one binary named bootstrap; Lambda requires a handler anyway.
func (b *builder) function(name, description string) properties {
	p := properties{
		"FunctionName":  name,
		"Description":   description,
		"Runtime":       "provided.al2023",
		"Architectures": list(b.plan.Architecture),
		"Handler":       gobuild.Program,
		"Tags":          b.tags,
	}
	b.encrypt(p, "KmsKeyArn")
	if b.plan.Workflow.Tracing {
		p["TracingConfig"] = document.Map{{Name: "Mode", Value: "Active"}}
	}
	return p
}

// infrequentAccess is that class as CloudWatch Logs writes it.
const infrequentAccess = "INFREQUENT_ACCESS"

// logGroup has the group's retention and tags; if Lambda created the group, it
// would keep the logs forever.
func (b *builder) logGroup(id, name string) {
	group := properties{
		"LogGroupName":    name,
		"RetentionInDays": int64(b.plan.Workflow.LogRetention),
		"Tags":            b.tags,
	}
	if b.plan.Operations.LogClass == spec.LogClassInfrequentAccess {
		group["LogGroupClass"] = infrequentAccess
	}
	b.encrypt(group, "KmsKeyId")
	if b.plan.Operations.RetainLogs {
		b.addRetained(id, group)
		return
	}
	b.add(id, group)
}

// logTo names the function's log group. Without LoggingConfig, which GovCloud
// cannot format as JSON (GovCloud User Guide, "AWS Lambda"), Lambda uses the group
// of the same name anyway.
func (b *builder) logTo(function properties, group string) {
	if b.plan.Partition != spec.PartitionGovCloud {
		function["LoggingConfig"] = document.Map{{Name: "LogFormat", Value: "JSON"}, {Name: "LogGroup", Value: ref(group)}}
	}
}

// seconds is d in whole seconds, rounded up.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
