package orchestrator

import (
	"net/http"

	"github.com/sfngen/sfngen/runtime/contract"
)

// problemsPage documents every kind under its slug (RFC 9457 3.1.1: a type
// should lead to what a person can read about it).
const problemsPage = contract.ProblemsPage

// kind is a type of problem. Slugs are stable: clients compare them.
type kind struct {
	slug   string
	status int
	title  string
}

func (k kind) uri() string { return problemsPage + "#" + k.slug }

// What the caller can change.
var (
	notAnHTTPEvent    = kind{"not-an-http-request", http.StatusBadRequest, "Not an HTTP request"}
	invalidPath       = kind{"invalid-path", http.StatusBadRequest, "Invalid path"}
	invalidBody       = kind{"invalid-body", http.StatusBadRequest, "Invalid body"}
	invalidRequest    = kind{"invalid-request", http.StatusBadRequest, "Request cannot be sent"}
	executionNotFound = kind{"execution-not-found", http.StatusNotFound, "Execution not found"}
	methodNotAllowed  = kind{"method-not-allowed", http.StatusMethodNotAllowed, "Method not allowed"}
	executionConflict = kind{"execution-conflict", http.StatusConflict, "Execution name in use"}
	requestTooLarge   = kind{"request-too-large", http.StatusRequestEntityTooLarge, "Request too large"}
)

// What the upstream did.
var (
	upstreamUnreachable = kind{"upstream-unreachable", http.StatusBadGateway, "Upstream unreachable"}
	upstreamLost        = kind{"upstream-connection-lost", http.StatusBadGateway, "Upstream connection lost"}
	upstreamProtocol    = kind{"upstream-protocol", http.StatusBadGateway, "Upstream answer unusable"}
	responseTooLarge    = kind{"response-too-large", http.StatusBadGateway, "Upstream answer too large"}
	blockedAddress      = kind{"blocked-address", http.StatusBadGateway, "Upstream address blocked"}
	upstreamRateLimited = kind{"upstream-rate-limited", http.StatusTooManyRequests, "Upstream rate limit"}
	upstreamTimeout     = kind{"upstream-timeout", http.StatusGatewayTimeout, "Upstream timeout"}
)

// What the workflow did.
var (
	noCredential     = kind{"credential-unavailable", http.StatusBadGateway, "Credential unavailable"}
	egressFailed     = kind{"egress-failed", http.StatusBadGateway, "Egress failed"}
	egressThrottled  = kind{"egress-throttled", http.StatusServiceUnavailable, "Egress throttled"}
	egressTimeout    = kind{"egress-timeout", http.StatusGatewayTimeout, "Egress timeout"}
	lambdasOutdated  = kind{"lambdas-outdated", http.StatusBadGateway, "Lambdas outdated"}
	workflowFailed   = kind{"workflow-failed", http.StatusBadGateway, "Workflow failed"}
	executionAborted = kind{"execution-aborted", http.StatusBadGateway, "Execution aborted"}
	executionLost    = kind{"execution-lost", http.StatusBadGateway, "Execution lost"}
	unreadableResult = kind{"unreadable-result", http.StatusBadGateway, "Result unreadable"}
	deadlineExceeded = kind{"deadline-exceeded", http.StatusGatewayTimeout, "Deadline exceeded"}
	waitEnded        = kind{"wait-ended", http.StatusGatewayTimeout, "Wait ended"}
)

// What happens between the caller and the workflow.
var (
	misconfigured       = kind{"misconfigured", http.StatusInternalServerError, "Stack misconfigured"}
	throttled           = kind{"throttled", http.StatusServiceUnavailable, "Throttled by AWS"}
	workflowUnavailable = kind{"workflow-unavailable", http.StatusServiceUnavailable, "Workflow unavailable"}
)
