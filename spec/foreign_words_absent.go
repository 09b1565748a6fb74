package spec

import "sync"

// lack is something that other systems have and a spec has not, or not yet. Where a
// field for it comes, its words move to retryWords or stackWords, and the lack goes.
type lack struct {
	what    string // completes "is a word of Kong; …"
	instead string // what to do until then
	words   []wordOf
}

type wordOf struct{ word, system string }

// lacks are told in one sentence each, and what to do in another.
var lacks = []lack{
	{"a spec paces its calls by what the API documents", "state it in upstream.limits, and write egress.coordination: dynamodb, by which " +
		"all executions keep them; egress.concurrency bounds the calls at once", []wordOf{
		{"throttle", "API Gateway"}, {"throttling", "API Gateway"}, {"rate", "many rate limiters"}, {"rps", "many rate limiters"},
		{"requestsPerSecond", "many rate limiters"}, {"requestsPerMinute", "many rate limiters"}, {"rpm", "LLM APIs"},
		{"tpm", "LLM APIs"},
		{"tokensPerMinute", "LLM APIs"}, {"rateLimiter", "resilience4j"}, {"rateLimiting", "Kong"},
		{"limitForPeriod", "resilience4j"}, {"limitRefreshPeriod", "resilience4j"}, {"burst", "nginx and API Gateway"},
		{"burstLimit", "API Gateway"}, {"limit_req", "nginx"}, {"limit_req_zone", "nginx"}, {"local_ratelimit", "Envoy"},
		{"tokenBucket", "Envoy"}, {"tokensPerFill", "Envoy"}, {"fillInterval", "Envoy"}, {"quota", "API Gateway"},
		{"usagePlan", "API Gateway"}, {"permitLimit", ".NET"}, {"minTime", "Bottleneck"}, {"maxTPS", "many rate limiters"},
	}},
	{"what breaks a circuit here is an answer that a rule knows", "write retry.rules with a coolDown, after which no egress calls, and " +
		"egress.coordination: dynamodb, by which all executions know it; retry.maxAttempts and retry.deadline bound what " +
		"each request may cost", []wordOf{
		{"circuitBreaker", "resilience4j and Polly"}, {"circuitBreakers", "Envoy"}, {"outlierDetection", "Envoy and Istio"},
		{"consecutive5xxErrors", "Istio"}, {"failureRateThreshold", "resilience4j"}, {"slidingWindowSize", "resilience4j"},
		{"waitDurationInOpenState", "resilience4j"}, {"durationOfBreak", "Polly"}, {"breakDuration", "Polly"},
		{"baseEjectionTime", "Istio"}, {"retryBudget", "Envoy and Finagle"}, {"budget", "Envoy"}, {"retryThrottling", "gRPC"},
		{"maxPendingRequests", "Envoy"},
	}},
	{"the roles are made by sfngen, with the permissions that they need and no others", "remove it; operations.roles takes roles of " +
		"yours in their place", []wordOf{
		{"policies", "AWS SAM"}, {"iamRoleStatements", "the Serverless Framework"},
		{"managedPolicyArns", "CloudFormation"},
	}},
	{"the code is made by sfngen", "remove it", []wordOf{
		{"runtime", "AWS SAM and the Serverless Framework"}, {"handler", "AWS SAM and the Serverless Framework"},
		{"codeUri", "AWS SAM"},
		{"layers", "AWS SAM"}, {"plugins", "the Serverless Framework and Kong"},
	}},
	{"nothing in a stack reads an environment", "write the value into the field that takes it", []wordOf{
		{"env", "GitHub Actions and Kubernetes"}, {"variables", "AWS SAM and Terraform"},
		{"environmentVariables", "many systems"},
	}},
	{"the account and the region are those of the deployment", "remove it, and give them to sfngen deploy: --region, --profile", []wordOf{
		{"region", "the AWS SDKs and Terraform"}, {"profile", "the AWS SDKs"}, {"account", "the CDK"}, {"accountId", "AWS"},
		{"provider", "Terraform and the Serverless Framework"},
	}},
	{"an attempt begins when the one before it has ended", "remove it; retry.attemptTimeout says how long one may take", []wordOf{
		{"hedging", "Polly"}, {"hedgingPolicy", "gRPC"}, {"hedgePolicy", "Envoy"}, {"hedgedDelay", "Polly"},
		{"parallel", "many systems"},
	}},
	{"the caller gets what the API answered last, or a problem (docs/problems.md)", "remove it", []wordOf{
		{"fallback", "resilience4j and Polly"}, {"fallbackUri", "Spring Cloud Gateway"}, {"fallbackMethod", "resilience4j"},
		{"catch", "Step Functions"}, {"onRetry", "axios-retry"},
	}},
	{"no answer is kept", "remove it", []wordOf{
		{"cache", "many HTTP clients"}, {"caching", "API Gateway"}, {"proxy_cache", "nginx"}, {"cacheTtl", "many HTTP clients"},
	}},
	{"no redirect is followed: it passes to the caller", "remove it", []wordOf{
		{"followRedirects", "many HTTP clients"}, {"followRedirect", "got"}, {"maxRedirects", "axios"},
		{"redirects", "many HTTP clients"},
	}},
	{"what stands in a spec is on", "take it out to switch it off", []wordOf{
		{"enabled", "many systems"}, {"disabled", "many systems"},
	}},
	{"certificates are always checked", "remove it; the API needs one that the public authorities know", []wordOf{
		{"insecureSkipVerify", "Go and Traefik"}, {"rejectUnauthorized", "Node.js"}, {"verifySsl", "many HTTP clients"},
		{"tls_skip_verify", "Kong"}, {"insecure", "curl"}, {"proxy_ssl_verify", "nginx"},
	}},
}

// absentWords are the words of all lacks.
var absentWords = sync.OnceValue(func() []foreign {
	var words []foreign
	for i := range lacks {
		for _, w := range lacks[i].words {
			words = append(words, foreign{word: w.word, system: w.system, lack: &lacks[i]})
		}
	}
	return words
})
