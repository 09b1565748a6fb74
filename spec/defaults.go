package spec

import (
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Default is the spec of a file that writes only what it must: every field has
// the default that the schema documents. Name, Upstream.URL, Retry.MaxAttempts
// and Egress.Count, which follows it, are empty; so is Retry.Deadline, which the
// plan resolves.
func Default() Spec {
	return Spec{
		Version:      1,
		Upstream:     defaultUpstream(),
		Retry:        defaultRetry(),
		Egress:       Egress{Start: "random", Memory: 128, AddressEcho: contract.AddressEcho},
		Workflow:     Workflow{Type: WorkflowExpress, LogLevel: LogAll, LogRetention: 14, Tracing: true},
		Triggers:     Triggers{FunctionURL: FunctionURL{Auth: "iam"}},
		Architecture: "arm64",
		Partition:    "aws",
	}
}

func defaultUpstream() Upstream {
	return Upstream{
		Methods:            []string{"GET", "HEAD"},
		ForwardHeaders:     []string{"accept", "content-type", "idempotency-key"},
		SuccessStatusCodes: contract.StatusCodes{{From: 200, To: 299}, {From: 300, To: 399}},
	}
}

func defaultRetry() Retry {
	return Retry{
		RetryableStatusCodes: singleCodes(429, 500, 502, 503, 504),
		RetryableErrors:      []string{contract.ErrorTimeout, contract.ErrorConnection},
		AttemptTimeout:       10 * time.Second,
		Backoff: Backoff{
			Strategy: StrategyExponential, InitialDelay: time.Second, Multiplier: 2, MaxDelay: 30 * time.Second, Jitter: "full",
		},
		RateLimit: RateLimit{
			StatusCodes: singleCodes(429), Scope: contract.ScopeIP, MaxWait: 60 * time.Second,
			Headers: []string{"retry-after", "ratelimit", "x-ratelimit-reset"},
		},
		Idempotency: Idempotency{UnsafeMethods: contract.UnsafeGuarded},
	}
}

func singleCodes(codes ...int) contract.StatusCodes {
	var set contract.StatusCodes
	for _, code := range codes {
		set = append(set, contract.StatusRange{From: code, To: code})
	}
	return set
}
