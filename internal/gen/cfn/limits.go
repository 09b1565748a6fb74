package cfn

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/gen/watch"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// Limits of AWS that cannot be raised.
const (
	maxDefinition   = 1_048_576 // characters (Step Functions quotas, "Maximum state machine definition size")
	maxTemplate     = 1_048_576 // bytes, from S3 (CloudFormation quotas)
	maxResources    = 500       // of one template (CloudFormation quotas)
	maxEventInput   = 8192      // characters of an Input or InputTemplate (EventBridge API, Target)
	maxEventPattern = 4096      // characters (EventBridge API, PutRule)
	// usualEventPattern is the default quota of an account (EventBridge quotas,
	// "Event pattern size").
	usualEventPattern = 2048
	// usualConcurrency is the default quota of an account and region, of which
	// minUnreserved cannot be reserved (Lambda quotas, "Concurrent executions";
	// Lambda, "Configuring reserved concurrency").
	usualConcurrency = 1000
	minUnreserved    = 100
)

// Findings reports what AWS would refuse in a stack and only its files show: t as
// text, definition as statemachine.asl.json.
func Findings(file *spec.File, p *plan.Plan, t Template, text, definition []byte) []spec.Finding {
	findings := append(scheduleFindings(file, p), eventFindings(file, p)...)
	findings = append(findings, concurrencyFindings(file, p)...)
	findings = append(findings, boundaryFindings(file, p)...)
	if p.FunctionURL == nil {
		findings = append(findings, file.Warning("no-function-url", "partition",
			"AWS GovCloud (US) has no function URLs, so the stack has none",
			"call the orchestrator with aws lambda invoke, or start the workflow with a schedule or an event; if that is "+
				"what you want, ignore this warning"))
	}
	if n := deployedSize(p.Name, definition); n > maxDefinition {
		findings = append(findings, file.Error("definition-too-large", "retry.maxAttempts",
			fmt.Sprintf("the state machine is %s characters long with the ARNs of its egresses, AWS takes %s",
				thousands(n), thousands(maxDefinition)),
			"each attempt repeats the policy: lower retry.maxAttempts, or shorten the lists of codes and headers (5xx rather than 500, 501, …)"))
	}
	if n := len(text); n > maxTemplate {
		findings = append(findings, file.Error("template-too-large", largest(p),
			fmt.Sprintf("the template is %s bytes long, AWS takes %s", thousands(n), thousands(maxTemplate)),
			"lower retry.maxAttempts, egress.count or the number of triggers, or split the spec"))
	}
	return append(findings, resourceFindings(file, p, t)...)
}

// resourceFindings says how many egresses fit, where fewer are enough.
func resourceFindings(file *spec.File, p *plan.Plan, t Template) []spec.Finding {
	n, each := len(t.Resources), t.ofEachEgress(p.Egresses)
	if n <= maxResources {
		return nil
	}
	if fits := p.Egresses - (n-maxResources+each-1)/each; fits > 0 && largest(p) == "retry.maxAttempts" {
		return []spec.Finding{file.Error("too-many-resources", "egress.count",
			fmt.Sprintf("the template has %d resources, AWS allows %d: %d for each of the %d egresses", n, maxResources, each, p.Egresses),
			fmt.Sprintf("egress.count: %d fits", fits)+lessForEach(p))}
	}
	return []spec.Finding{file.Error("too-many-resources", largest(p),
		fmt.Sprintf("the template has %d resources, AWS allows %d: %d per egress, 1 per schedule and event, and a few for the whole stack", n,
			maxResources, each),
		fmt.Sprintf("remove %d of the triggers, or split the spec", n-maxResources))}
}

// ofEachEgress is how many resources each of so many egresses has. An alarm about ten of
// them counts as none.
func (t Template) ofEachEgress(egresses int) int {
	numbered := 0
	for _, r := range t.Resources {
		if _, number, _ := rowOf(r.ID); number != "" && r.kind != alarm {
			numbered++
		}
	}
	return numbered / egresses
}

// lessForEach is what else the spec can do without.
func lessForEach(p *plan.Plan) string {
	if !p.HasAlarms() {
		return ""
	}
	return fmt.Sprintf("; without operations.alarms each has %d fewer", watch.FiltersOfEach)
}

// longestARN is that of an egress without the stack's name, in the partition and
// region with the longest names.
var longestARN = "arn:aws-us-gov:lambda:ap-southeast-99:123456789012:function:" + contract.EgressName("", contract.MaxEgresses)

// deployedSize is the size of a definition as AWS counts it, in characters: with
// ARNs in place of the placeholders. Each attempt contains the ARNs of the whole
// pool.
func deployedSize(name string, definition []byte) int {
	placeholders := bytes.Count(definition, []byte("${Egress"))
	return utf8.RuneCount(definition) + placeholders*(len(longestARN)+len(name)-len("${Egress1Arn}"))
}

// largest is the field that most likely makes a template large.
func largest(p *plan.Plan) string {
	switch {
	case len(p.Schedules) > p.Egresses:
		return "triggers.schedules"
	case len(p.Events) > p.Egresses:
		return "triggers.events"
	}
	return "retry.maxAttempts"
}

// concurrencyFindings: an account with no more than the usual quota refuses the
// stack when some of its functions are already there.
func concurrencyFindings(file *spec.File, p *plan.Plan) []spec.Finding {
	pool, orchestrator := p.Egresses*p.Egress.Concurrency, p.OrchestratorConcurrency()
	reserved := pool + orchestrator
	if reserved <= usualConcurrency-minUnreserved {
		return nil
	}
	path := "egress.concurrency"
	if orchestrator > pool {
		path = "triggers.functionUrl.concurrency"
	}
	return []spec.Finding{file.Warning("concurrency-over-quota", path,
		fmt.Sprintf("the stack reserves a concurrency of %s (%s for the egresses, %s for the orchestrator); of the %s that an account has "+
			"by default, %d must stay unreserved", thousands(reserved), thousands(pool), thousands(orchestrator),
			thousands(usualConcurrency), minUnreserved),
		"reserve less, or raise the Lambda quota \"Concurrent executions\" before deploying, and ignore this warning")}
}

// inputEnvelope is what an execution input has around its request.
const inputEnvelope = len(`{"request":}`)

// scheduleFindings checks schedules against the limit of the function URL, so that
// the execution's data stays within its limits.
func scheduleFindings(file *spec.File, p *plan.Plan) []spec.Finding {
	var findings []spec.Finding
	for i, s := range p.Schedules {
		if n := len(s.Input) - inputEnvelope; n > contract.RequestLimit {
			findings = append(findings, file.Error("schedule-input-too-large", fmt.Sprintf("triggers.schedules[%d].request", i),
				fmt.Sprintf("the request is %s bytes long as JSON, a workflow can carry %s", thousands(n), thousands(contract.RequestLimit)),
				"shorten its body"))
		}
	}
	return findings
}

func eventFindings(file *spec.File, p *plan.Plan) []spec.Finding {
	var findings []spec.Finding
	for i, e := range p.Events {
		path := fmt.Sprintf("triggers.events[%d]", i)
		if n := utf8.RuneCountInString(e.Input); n > maxEventInput {
			findings = append(findings, file.Error("event-input-too-large", path+".request",
				fmt.Sprintf("the request is %s characters long as JSON, EventBridge takes %s", thousands(n), thousands(maxEventInput)),
				"shorten its body or headers; with bodyFrom the event's own data does not count"))
		}
		findings = append(findings, placeholderFindings(file, path, e)...)
		findings = append(findings, patternFindings(file, path, e)...)
	}
	return findings
}

// placeholderFindings: an input template cannot escape "<" and ">" (EventBridge,
// "Input transformation"), so text between them would be read as a variable.
func placeholderFindings(file *spec.File, path string, e plan.Event) []spec.Finding {
	if !e.IsTemplate() || !strings.ContainsAny(plan.CompactJSON(e.Request), "<>") {
		return nil
	}
	cause := "retry.idempotency.header"
	switch {
	case e.WholeEvent:
		cause = "its placeholders"
	case e.BodyFrom != "":
		cause = "bodyFrom"
	}
	return []spec.Finding{file.Error("event-angle-brackets", path+".request",
		"because of "+cause+", this request is an EventBridge template, in which < and > mark placeholders",
		"write them as %3C and %3E in path and query, and leave them out of headers and body")}
}

func patternFindings(file *spec.File, path string, e plan.Event) []spec.Finding {
	n := utf8.RuneCountInString(plan.CompactJSON(e.Pattern))
	switch {
	case n > maxEventPattern:
		return []spec.Finding{file.Error("event-pattern-too-large", path+".pattern",
			fmt.Sprintf("the pattern is %s characters long as JSON, EventBridge takes %s", thousands(n), thousands(maxEventPattern)),
			"match by prefix, or split it into several events")}
	case n > usualEventPattern:
		return []spec.Finding{file.Warning("event-pattern-over-quota", path+".pattern",
			fmt.Sprintf("the pattern is %s characters long as JSON, more than the %s that an account may have by default",
				thousands(n), thousands(usualEventPattern)),
			"raise the EventBridge quota \"Event pattern size\" before deploying, and ignore this warning; or match by prefix, or split it "+
				"into several events")}
	}
	return nil
}

// thousands writes 1048576 as 1,048,576.
func thousands(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
