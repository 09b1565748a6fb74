// Package watch says how a stack is watched: the metrics that its log lines give, its
// CloudWatch alarms, and its dashboard. It names resources by what they are; package cfn
// writes them into a template, and package plan says what they cost.
package watch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Stack is what of a stack decides how it is watched.
type Stack struct {
	Name     string
	Egresses int // 1..50
	Express  bool
	// FunctionURL: callers come by one, and CloudWatch counts their answers.
	FunctionURL bool
	// FailedTasksLogged: the workflow's log has the attempts that failed.
	FailedTasksLogged bool
	Coordinates       bool // by the table of the pool
	ReadsSecrets      bool
	// NATGateways: each egress has one of the stack's.
	NATGateways bool

	DeadLetters      bool // there is such a queue
	FailedExecutions bool // there is such a queue
	Schedules        bool

	// ReservedCallers and ReservedEgress are reserved concurrency; 0 for none.
	ReservedCallers int
	ReservedEgress  int // of each egress

	FailurePercent     float64 // 0 < p <= 100
	RateLimitedPercent float64 // 0 < p <= 100

	// Prices are those of the dashboard's estimate.
	Prices Prices
}

// Resource is one of the stack's, by what it is.
type Resource struct {
	Kind Kind
	K    int // of an egress and its NAT gateway, 1..50; 0 for others
}

// Kind is what a resource is.
type Kind int

// The kinds that metrics and logs are of.
const (
	Workflow Kind = iota
	Orchestrator
	Egress
	DeadLetters
	FailedExecutions
	ScheduleGroup
	NATGateway
)

// Metric is one of CloudWatch's.
type Metric struct {
	ID        string // in expressions; "" where there is none
	Namespace string
	Name      string
	Dimension string // its name; "" for none
	Of        Resource
	Stat      string // Sum or Maximum
}

// Filter counts the lines of a log group that match a pattern.
type Filter struct {
	Group   Resource // whose log
	Metric  string   // several filters count into the metric of one name
	Pattern string   // CloudWatch Logs, "Filter pattern syntax"
}

// The metrics that filters count into. Each is 0 in a minute in which its log groups get
// lines and none matches, so that a share can be computed where all or none do.
const (
	Attempts            = "Attempts"
	RateLimitedAttempts = "RateLimitedAttempts"
	UnsentAttempts      = "UnsentAttempts"
	DeadAttempts        = "DeadAttempts"
	OwnFaults           = "OwnFaults"
)

// Namespace is that of the stack's own metrics.
func (s Stack) Namespace() string { return "sfngen/" + s.Name }

// counted is a metric that filters count into, as an alarm computes from it.
func (s Stack) counted(id, name string) Metric {
	return Metric{ID: id, Namespace: s.Namespace(), Name: name, Stat: "Sum"}
}

// Counted are the names of the metrics that Filters count into, each once.
func (s Stack) Counted() []string {
	var names []string
	for _, f := range s.Filters() {
		if !slices.Contains(names, f.Metric) {
			names = append(names, f.Metric)
		}
	}
	return names
}

// noWay are the faults of an egress that has no way to the API, or nothing to show it: the
// API has not seen the request. A timeout is none of them, as a slow API has those.
var noWay = []contract.Fault{contract.FaultDNS, contract.FaultRefused, contract.FaultTLS, contract.FaultConnectTimeout,
	contract.FaultConnect, contract.FaultBlockedAddress, contract.FaultCredential}

// anyOf is a condition of a pattern.
func anyOf(field string, values []contract.Fault) string {
	var all []string
	for _, value := range values {
		all = append(all, fmt.Sprintf("%s = %q", field, value))
	}
	return strings.Join(all, " || ")
}

// FiltersOfEach is how many of Filters are of each egress.
const FiltersOfEach = 3

// Filters are what the alarms need. The dashboard needs none: it reads the logs.
//
// A skip is no attempt (docs/operations.md, "Outcomes and errors"). An attempt whose egress
// died left no line of its own, so those are counted in the workflow's log, by their
// error: all but those that an egress reports, and those that say nothing of the egress,
// which are a throttle, with an alarm of its own, and an answer too large for a state.
func (s Stack) Filters() []Filter {
	var all []Filter
	for k := 1; k <= s.Egresses; k++ {
		egress := Resource{Egress, k}
		all = append(all,
			Filter{egress, Attempts, fmt.Sprintf(`{ $.msg = "%s" && $.outcome != "%s" }`, contract.AttemptMessage, contract.ErrSkipped)},
			Filter{egress, RateLimitedAttempts, fmt.Sprintf(`{ $.msg = "%s" && ($.outcome = "%s" || $.outcome = "%s") }`,
				contract.AttemptMessage, contract.ErrRateLimited, contract.ErrAllLimited)},
			Filter{egress, UnsentAttempts, fmt.Sprintf(`{ $.msg = "%s" && (%s) }`, contract.AttemptMessage, anyOf("$.fault", noWay))})
	}
	all = append(all, Filter{Resource{Kind: Orchestrator}, OwnFaults,
		fmt.Sprintf(`{ $.msg = "%s" && $.level = "ERROR" }`, contract.RequestMessage)})
	if s.FailedTasksLogged {
		all = append(all, Filter{Resource{Kind: Workflow}, DeadAttempts, `{ $.type = "Task*" && $.details.error = "*" && ` +
			`$.details.error != "Upstream.*" && $.details.error != "Lambda.TooManyRequestsException" && ` +
			`$.details.error != "States.DataLimitExceeded" }`})
	}
	return all
}
