package spec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// foreign is a word by which another retry system calls what a spec has too.
type foreign struct {
	word, system string
	target       string // our path
	carry        carry
}

// carry is how a value of the other system becomes one of ours.
type carry int

const (
	noValue      carry = iota // the meanings differ too much
	sameValue                 // it means the same here
	countRetries              // it counts retries; we count calls
	seconds                   // a number of seconds
	milliseconds              // a number of milliseconds
	lowerCase                 // our spelling is in lower case
)

// foreignWords are the words, each as its system spells it; they are found in
// other spellings too (max_retries, max-retries), the first entry winning.
var foreignWords = []foreign{
	// how many
	{"maxRetries", "many HTTP clients", "retry.maxAttempts", countRetries},
	{"MaxRetries", "the AWS SDKs and Polly", "retry.maxAttempts", countRetries},
	{"num_retries", "Envoy", "retry.maxAttempts", countRetries},
	{"retries", "axios-retry", "retry.maxAttempts", countRetries},
	{"retryCount", "Polly and many HTTP clients", "retry.maxAttempts", countRetries},
	{"attempts", "Istio", "retry.maxAttempts", countRetries},
	{"maxAttempts", "gRPC and resilience4j", "retry.maxAttempts", sameValue},
	{"MaxAttempts", "Amazon States Language", "retry.maxAttempts", countRetries},
	{"MaxRetryAttempts", "Polly", "retry.maxAttempts", countRetries},
	{"max_attempts", "the AWS SDKs", "retry.maxAttempts", sameValue},
	{"maximumAttempts", "Temporal", "retry.maxAttempts", sameValue},
	{"stop_after_attempt", "tenacity", "retry.maxAttempts", sameValue},
	{"maxTries", "backoff", "retry.maxAttempts", sameValue},

	// how long to wait
	{"initialBackoff", "gRPC", "retry.backoff.initialDelay", sameValue},
	{"initialInterval", "Temporal", "retry.backoff.initialDelay", sameValue},
	{"base_interval", "Envoy", "retry.backoff.initialDelay", sameValue},
	{"minBackoff", "many HTTP clients", "retry.backoff.initialDelay", sameValue},
	{"base_delay", "the AWS SDKs", "retry.backoff.initialDelay", seconds},
	{"retryDelay", "axios-retry", "retry.backoff.initialDelay", milliseconds},
	{"waitDuration", "resilience4j", "retry.backoff.initialDelay", sameValue},
	{"IntervalSeconds", "Amazon States Language", "retry.backoff.initialDelay", seconds},
	{"BackoffRate", "Amazon States Language", "retry.backoff.multiplier", sameValue},
	{"backoffMultiplier", "gRPC", "retry.backoff.multiplier", sameValue},
	{"backoffCoefficient", "Temporal", "retry.backoff.multiplier", sameValue},
	{"exponentialBackoffMultiplier", "resilience4j", "retry.backoff.multiplier", sameValue},
	{"maxBackoff", "gRPC", "retry.backoff.maxDelay", sameValue},
	{"maximumInterval", "Temporal", "retry.backoff.maxDelay", sameValue},
	{"maxInterval", "Envoy", "retry.backoff.maxDelay", sameValue},
	{"MaxDelaySeconds", "Amazon States Language", "retry.backoff.maxDelay", seconds},
	{"exponentialMaxWaitDuration", "resilience4j", "retry.backoff.maxDelay", sameValue},
	{"JitterStrategy", "Amazon States Language", "retry.backoff.jitter", lowerCase},
	{"UseJitter", "Polly", "retry.backoff.jitter", noValue},
	{"randomizedWaitFactor", "resilience4j", "retry.backoff.jitter", noValue},
	{"BackoffType", "Polly", "retry.backoff.strategy", lowerCase},
	{"wait_exponential", "tenacity", "retry.backoff", noValue},
	{"retry_back_off", "Envoy", "retry.backoff", noValue},

	// which failures
	{"retriableStatusCodes", "Envoy", "retry.retryableStatusCodes", sameValue},
	{"retryStatusCodes", "many HTTP clients", "retry.retryableStatusCodes", sameValue},
	{"statusForcelist", "urllib3", "retry.retryableStatusCodes", sameValue},
	{"retryOn", "Istio and Envoy", "retry.retryableStatusCodes", noValue},
	{"retryCondition", "axios-retry", "retry.retryableStatusCodes", noValue},
	{"ErrorEquals", "Amazon States Language", "retry.retryableErrors", noValue},
	{"retryExceptions", "resilience4j", "retry.retryableErrors", noValue},
	{"nonRetryableErrorTypes", "Temporal", "retry.retryableErrors", noValue},
	{"nonRetryableErrors", "Temporal", "retry.retryableErrors", noValue},
	{"nonRetryableStatusCodes", "many HTTP clients", "retry.retryableStatusCodes", noValue},
	{"ignoreExceptions", "resilience4j", "retry.retryableErrors", noValue},

	// time limits
	{"perTryTimeout", "Istio and Envoy", "retry.attemptTimeout", sameValue},
	{"perAttemptRecvTimeout", "gRPC", "retry.attemptTimeout", sameValue},
	{"timeout", "axios and many HTTP clients", "retry.attemptTimeout", sameValue},
	{"TimeoutSeconds", "Amazon States Language", "retry.attemptTimeout", seconds},
	{"startToCloseTimeout", "Temporal", "retry.attemptTimeout", sameValue},
	{"scheduleToCloseTimeout", "Temporal", "retry.deadline", sameValue},
	{"maxElapsedTime", "many backoff libraries", "retry.deadline", sameValue},
	{"stop_after_delay", "tenacity", "retry.deadline", seconds},

	// sections and the pool
	{"retryPolicy", "gRPC and Temporal", "retry", noValue},
	{"retryStrategy", "Argo Workflows and Polly", "retry", noValue},
	{"baseUrl", "axios", "upstream.url", sameValue},
	{"endpoint", "the AWS SDKs", "upstream.url", sameValue},
	{"host", "Envoy and Istio", "upstream.url", noValue},
	{"target", "many proxies", "upstream.url", noValue},
	{"lambdas", "hand-made workflows", "egress.count", sameValue},
	{"functions", "hand-made workflows", "egress.count", sameValue},
	{"proxies", "many HTTP clients", "egress.count", sameValue},
	{"regions", "multi-region proxies", "egress.count", noValue},
	{"reservedConcurrency", "the Serverless Framework", "egress.concurrency", sameValue},
	{"reservedConcurrency", "the Serverless Framework", "triggers.functionUrl.concurrency", sameValue},
	{"ReservedConcurrentExecutions", "CloudFormation and the CDK", "egress.concurrency", sameValue},
	{"ReservedConcurrentExecutions", "CloudFormation and the CDK", "triggers.functionUrl.concurrency", sameValue},
	{"maxConcurrency", "Step Functions", "egress.concurrency", sameValue},
	{"maxConcurrency", "Step Functions", "triggers.functionUrl.concurrency", sameValue},

	// stacks of one spec
	{"stages", "the Serverless Framework", "environments", noValue},
	{"stage", "the Serverless Framework", "environments", noValue},
	{"profiles", "Spring and Docker Compose", "environments", noValue},
	{"overlays", "Kustomize", "environments", noValue},
	{"workspaces", "Terraform", "environments", noValue},
	{"envs", "many build tools", "environments", noValue},

	// what comes back
	{"AllowOrigins", "CloudFormation", "triggers.functionUrl.cors.origins", sameValue},
	{"AllowMethods", "CloudFormation", "triggers.functionUrl.cors.methods", sameValue},
	{"AllowHeaders", "CloudFormation", "triggers.functionUrl.cors.headers", sameValue},
	{"proxy_redirect", "nginx", "upstream.responseHeaders.rewriteLocation", noValue},
	{"ProxyPassReverse", "Apache httpd", "upstream.responseHeaders.rewriteLocation", noValue},
}

// foreignWord finds a key among the foreign words: as it is spelt first, since
// systems differ by spelling alone (MaxAttempts, max_attempts), and then in any
// spelling, unless a key that is allowed here is spelt like that. Of several meanings
// that of the section counts in which the key is, else the first.
func foreignWord(key, section string, allowed []string) (foreign, bool) {
	if found, ok := meantIn(section, func(word string) bool { return word == key }); ok {
		return found, true
	}
	like := func(word string) bool { return plain(word) == plain(key) }
	if slices.ContainsFunc(allowed, like) {
		return foreign{}, false
	}
	return meantIn(section, like)
}

func meantIn(section string, is func(word string) bool) (foreign, bool) {
	in := func(w foreign) bool { return is(w.word) && strings.HasPrefix(w.target, section+".") }
	found := slices.IndexFunc(foreignWords, in)
	if found < 0 {
		found = slices.IndexFunc(foreignWords, func(w foreign) bool { return is(w.word) })
	}
	if found < 0 {
		return foreign{}, false
	}
	return foreignWords[found], true
}

func (w foreign) message() string {
	return fmt.Sprintf("is a word of %s; here it is %s", w.system, w.target)
}

// hint is the line to write, with the value where it can be carried over.
func (w foreign) hint(value *node) string {
	carried := w.value(value)
	switch {
	case carried == "":
		return ""
	case w.carry == countRetries:
		return fmt.Sprintf("write %s: %s (it counts the first call too)", w.target, carried)
	}
	return fmt.Sprintf("write %s: %s", w.target, carried)
}

// value is the value as our field takes it, "" if it cannot be converted.
func (w foreign) value(value *node) string {
	number, err := strconv.ParseFloat(value.text, 64)
	isNumber := err == nil && value.kind == isNumber && number >= 0 && number < 1e6
	switch w.carry {
	case sameValue:
		return w.same(value)
	case lowerCase:
		return w.same(&node{kind: value.kind, text: strings.ToLower(value.text)})
	case countRetries:
		if isNumber && number == float64(int(number)) {
			return strconv.Itoa(int(number) + 1)
		}
	case seconds:
		if isNumber {
			return inSeconds(time.Duration(number * float64(time.Second)))
		}
	case milliseconds:
		if isNumber {
			return inSeconds(time.Duration(number * float64(time.Millisecond)))
		}
	}
	return ""
}

// same is the value as it is written, if our field takes it.
func (w foreign) same(value *node) string {
	at := rootShape().at(w.target)
	if at.schema.Validate(value.json()) != nil {
		return ""
	}
	if value.kind == isList {
		line, _ := json.Marshal(value.json())
		return strings.NewReplacer(`"`, "", ",", ", ").Replace(string(line))
	}
	return value.text
}

// inSeconds writes a duration as a spec would, rounded up to what a state
// machine can count.
func inSeconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10) + "s"
}
