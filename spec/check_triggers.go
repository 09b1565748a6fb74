package spec

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/runtime/contract"
)

func (c *checker) checkSchedules() {
	for i, schedule := range c.spec.Triggers.Schedules {
		path := itemPath("triggers.schedules", i)
		if at := path + ".expression"; c.has(at) && c.sound(at) {
			if problem, hint := expressionProblem(schedule.Expression); problem != "" {
				c.fail("triggers-schedules-expression", at, problem, hint)
			}
		}
		c.checkZone(path+".timezone", schedule.Timezone)
		c.checkRequest(path+".request", schedule.Request)
		c.checkAtLeastOnce(path+".request", schedule.Request, byScheduler)
	}
}

func (c *checker) checkEvents() {
	c.checkBuses()
	for i, event := range c.spec.Triggers.Events {
		path := itemPath("triggers.events", i)
		if c.sound(path + ".pattern") {
			c.checkPattern(path+".pattern", event.Pattern)
			c.checkPatternFields(path+".pattern", event.Pattern)
			c.checkPatternNumbers(c.root.at(path+".pattern"), false)
		}
		c.checkRequest(path+".request", withoutPlaceholdersIn(event.Request))
		c.checkBodyFrom(path+".request", event.Request)
		c.checkAtLeastOnce(path+".request", event.Request, byEventBridge)
	}
}

// bodyMethods are those whose body has a meaning (RFC 9110 9.3); DELETE is let
// through, since APIs give it one.
var bodyMethods = []string{"POST", "PUT", "PATCH", "DELETE"}

func (c *checker) checkRequest(path string, request Request) {
	if c.sound(path + ".path") {
		c.checkPath(path+".path", request.Path)
		c.checkSecretPath(path+".path", request.Path, "template", c.callerAdvice(path+".query", ""))
	}
	if c.sound(path+".query") && !isEscaped(request.Query) {
		c.fail(ruleOf(path)+"-query", path+".query", "has a % that is not followed by two hexadecimal digits", "write a plain % as %25")
	}
	c.checkHeaderMap(path + ".headers")
	c.checkSecretQuery(path + ".query")
	c.checkBody(path, request)
}

func (c *checker) checkPath(at, path string) {
	rule := ruleOf(at)
	switch {
	case !isEscaped(path):
		c.fail(rule, at, "has a % that is not followed by two hexadecimal digits", "write a plain % as %25")
	case pathFault(path) != "":
		c.fail(rule, at, pathFault(path), "write it without")
	case hasHiddenDotSegments(path):
		c.fail(rule, at, "has . or .. segments, which could lead out of upstream.url", "write the path that they lead to")
	}
}

// hasHiddenDotSegments sees them as any server on the way might: escaped, escaped
// twice, overlong, behind a backslash, or before parameters. An egress sends no such path.
func hasHiddenDotSegments(path string) bool {
	for range 8 {
		plain := strings.ReplaceAll(contract.ShortestForm(path), `\`, "/")
		plain = pathParameters.ReplaceAllString(plain, "")
		if hasDotSegments(plain) {
			return true
		}
		decoded, err := url.PathUnescape(path)
		if err != nil || decoded == path {
			break
		}
		path = decoded
	}
	return false
}

// pathFault says why an egress sends no such path, for all that stands in it.
func pathFault(path string) string {
	plain, _ := url.PathUnescape(path) // isEscaped
	return contract.PathFault(plain)
}

var pathParameters = lazyregexp.New(`;[^/]*`)

func isEscaped(text string) bool {
	_, err := url.PathUnescape(text)
	return err == nil
}

func (c *checker) checkBody(path string, request Request) {
	for _, key := range []string{"body", "bodyFrom"} {
		at := path + "." + key
		if c.has(at) && c.allSound(at, path+".method") && !slices.Contains(bodyMethods, request.Method) {
			c.fail("body-without-method", at, "a "+request.Method+" request has no body", "remove it, or use "+strings.Join(bodyMethods[:3], ", "))
		}
	}
	if c.has(path+".body") && c.has(path+".bodyFrom") && c.allSound(path+".body", path+".bodyFrom") {
		c.fail("two-bodies", path+".bodyFrom", "body and bodyFrom are both given", "keep one of them")
	}
}

// withoutPlaceholdersIn is the request of an event as the rules of path and query see it.
func withoutPlaceholdersIn(r Request) Request {
	r.Path, r.Query = withoutPlaceholders(r.Path), withoutPlaceholders(r.Query)
	return r
}

// checkBodyFrom refuses a path to what no event has.
func (c *checker) checkBodyFrom(path string, request Request) {
	at := path + ".bodyFrom"
	if !c.has(at) || !c.sound(at) {
		return
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(request.BodyFrom, "$."), ".")
	first, _, _ = strings.Cut(first, "[")
	if _, err := contract.ParsePath(request.BodyFrom); err != nil && request.HasPlaceholders() {
		c.fail(ruleOf(at), at, "cannot be read: "+err.Error(), "")
		return
	}
	if !slices.Contains(eventFields, first) {
		c.fail(ruleOf(at), at, "an event has no field "+first+", it has "+strings.Join(eventFields, ", "), didYouMean(near(first, eventFields)))
	}
}

// delivery is how a trigger starts the workflow, in the words of a finding.
type delivery struct{ repeats, key string }

// Both deliver at least once, whatever the workflow's type (EventBridge,
// "Troubleshooting"; Scheduler, "What is EventBridge Scheduler?").
var (
	byScheduler = delivery{"EventBridge Scheduler may start the workflow more than once for one scheduled time",
		"all of them then carry the same key, made from that time"}
	byEventBridge = delivery{"EventBridge may deliver an event more than once", "all of them then carry the event's id as their key"}
)

// checkAtLeastOnce warns where the executions for one event or scheduled time do
// not share a key. To the deliveries an asynchronous express workflow adds runs
// of its own (Step Functions, "Execution guarantees"). With an idempotency
// header the generated input holds the key, so that each run sends the same one.
func (c *checker) checkAtLeastOnce(path string, request Request, by delivery) {
	if !c.allSound(path+".method", "workflow.type", "retry.idempotency") {
		return
	}
	unsafe := request.Method == "POST" || request.Method == "PATCH"
	if !unsafe || c.spec.Retry.Idempotency.Header != "" {
		return
	}
	repeats := by.repeats
	if c.spec.Workflow.Type == WorkflowExpress {
		repeats += ", and an express workflow may run more than once for one start"
	}
	c.warn("trigger-at-least-once", path+".method", repeats+": each "+request.Method+" acts again",
		"set retry.idempotency.header if the API knows idempotency keys: "+by.key+"; if acting twice does no harm, ignore this warning")
}
