package contract

import (
	"strconv"
	"strings"
	"time"
)

// The environment variables of a stack's Lambdas.
const (
	// EnvEgress has the number of an egress in the pool.
	EnvEgress = "SFNGEN_EGRESS"
	// EnvStateMachine has the ARN of the state machine that an orchestrator starts.
	EnvStateMachine = "SFNGEN_STATE_MACHINE_ARN"
	// EnvTable has the name of the table by which the executions of a stack know of each
	// other (Coordination).
	EnvTable = "SFNGEN_TABLE"
	// EnvSource has the local IP address that an egress calls from. No template
	// sets it: it is for runs on one machine, where each egress has a loopback
	// address; an unspecified one (RFC 4291 2.5.2) says only that it is such a run.
	EnvSource = "SFNGEN_SOURCE_ADDRESS"
)

// The types of a workflow, as a spec writes them.
const (
	WorkflowExpress  = "express"
	WorkflowStandard = "standard"
)

// Times that AWS fixes (Step Functions and Lambda quotas).
const (
	ExpressLimit = 5 * time.Minute  // the longest express execution
	LambdaLimit  = 15 * time.Minute // the longest invocation of a Lambda
)

// MaxEgresses is the largest pool: egresses are numbered from 1 to it.
const MaxEgresses = 50

const egressInfix = "-egress-"

// EgressName is the name of a stack's egress function; egress counts from 1.
func EgressName(stack string, egress int) string {
	return stack + egressInfix + strconv.Itoa(egress)
}

// EgressNumber reads the number of an egress from its function's name or ARN; 0 for
// another function.
func EgressNumber(function string) int {
	i := strings.LastIndex(function, egressInfix)
	if i < 0 {
		return 0
	}
	number := function[i+len(egressInfix):]
	if strings.Trim(number, "0123456789") != "" {
		return 0
	}
	egress, _ := strconv.Atoi(number)
	return egress
}

// OrchestratorName is the name of a stack's orchestrator function.
func OrchestratorName(stack string) string { return stack + "-orchestrator" }

// LogGroup is where Lambda keeps the lines of a function (developer guide, "Sending
// Lambda function logs to CloudWatch Logs").
func LogGroup(function string) string { return "/aws/lambda/" + function }

// TableName is the name of a stack's table.
func TableName(stack string) string { return stack + "-pool" }

// EgressAfter is the egress that makes an attempt, counted in attempts from one that
// the given egress makes: each attempt takes the next egress of the pool, and the
// first one follows the last. Egresses are numbered from 1; attempts may be negative.
func EgressAfter(egress, attempts, pool int) int {
	turn := (egress - 1 + attempts) % pool
	return (turn+pool)%pool + 1
}

// Round is how many attempts the egress of an attempt has made before it; attempts
// are counted from 1. In round 0 the egress is fresh.
func Round(attempt, pool int) int { return (attempt - 1) / pool }
