package spec

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

func (f *File) checkSchedules() {
	for i, schedule := range f.Spec.Triggers.Schedules {
		path := itemPath("triggers.schedules", i)
		if at := path + ".expression"; f.Has(at) && f.sound(at) {
			if problem, hint := expressionProblem(schedule.Expression); problem != "" {
				f.fail("triggers-schedules-expression", at, problem, hint)
			}
		}
		f.checkZone(path+".timezone", schedule.Timezone)
		f.checkRequest(path+".request", schedule.Request)
		f.checkAtLeastOnce(path+".request", schedule.Request, byScheduler)
	}
}

func (f *File) checkEvents() {
	for i, event := range f.Spec.Triggers.Events {
		path := itemPath("triggers.events", i)
		if f.sound(path + ".pattern") {
			f.checkPattern(path+".pattern", event.Pattern)
			f.checkPatternFields(path+".pattern", event.Pattern)
		}
		f.checkRequest(path+".request", event.Request)
		f.checkBodyFrom(path+".request", event.Request)
		f.checkAtLeastOnce(path+".request", event.Request, byEventBridge)
	}
}

// bodyMethods are those whose body has a meaning (RFC 9110 9.3); DELETE is let
// through, since APIs give it one.
var bodyMethods = []string{"POST", "PUT", "PATCH", "DELETE"}

func (f *File) checkRequest(path string, request Request) {
	if f.sound(path + ".path") {
		f.checkPath(path+".path", request.Path)
	}
	if f.sound(path+".query") && !isEscaped(request.Query) {
		f.fail(ruleOf(path)+"-query", path+".query", "has a % that is not followed by two hexadecimal digits", "write a plain % as %25")
	}
	f.checkHeaderMap(path + ".headers")
	f.checkBody(path, request)
}

func (f *File) checkPath(at, path string) {
	rule := ruleOf(at)
	switch {
	case !isEscaped(path):
		f.fail(rule, at, "has a % that is not followed by two hexadecimal digits", "write a plain % as %25")
	case hasHiddenDotSegments(path):
		f.fail(rule, at, "has . or .. segments, which could lead out of upstream.url", "write the path that they lead to")
	}
}

// hasHiddenDotSegments sees them as any server on the way might: escaped, escaped
// twice, behind a backslash, or before parameters. An egress sends no such path.
func hasHiddenDotSegments(path string) bool {
	for range 4 {
		plain := strings.ReplaceAll(path, `\`, "/")
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

var pathParameters = regexp.MustCompile(`;[^/]*`)

func isEscaped(text string) bool {
	_, err := url.PathUnescape(text)
	return err == nil
}

func (f *File) checkBody(path string, request Request) {
	for _, key := range []string{"body", "bodyFrom"} {
		at := path + "." + key
		if f.Has(at) && f.allSound(at, path+".method") && !slices.Contains(bodyMethods, request.Method) {
			f.fail("body-without-method", at, "a "+request.Method+" request has no body", "remove it, or use "+strings.Join(bodyMethods[:3], ", "))
		}
	}
	if f.Has(path+".body") && f.Has(path+".bodyFrom") && f.allSound(path+".body", path+".bodyFrom") {
		f.fail("two-bodies", path+".bodyFrom", "body and bodyFrom are both given", "keep one of them")
	}
}

// checkBodyFrom refuses a path to what no event has.
func (f *File) checkBodyFrom(path string, request Request) {
	at := path + ".bodyFrom"
	if !f.Has(at) || !f.sound(at) {
		return
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(request.BodyFrom, "$."), ".")
	first, _, _ = strings.Cut(first, "[")
	if !slices.Contains(eventFields, first) {
		f.fail(ruleOf(at), at, "an event has no field "+first+", it has "+strings.Join(eventFields, ", "), didYouMean(near(first, eventFields)))
	}
}

// delivery is how a trigger starts the workflow, in the words of a finding.
type delivery struct{ repeats, key string }

// Both deliver at least once, whatever the workflow's type (EventBridge,
// "Troubleshooting"; Scheduler, "What is EventBridge Scheduler?").
var (
	byScheduler   = delivery{"EventBridge Scheduler may start the workflow more than once for one scheduled time", "all of them then carry that time as their key"}
	byEventBridge = delivery{"EventBridge may deliver an event more than once", "all of them then carry the event's id as their key"}
)

// checkAtLeastOnce warns where the executions for one event or scheduled time do
// not share a key. To the deliveries an asynchronous express workflow adds runs
// of its own (Step Functions, "Execution guarantees"). With an idempotency
// header the generated input holds the key, so that each run sends the same one.
func (f *File) checkAtLeastOnce(path string, request Request, by delivery) {
	if !f.allSound(path+".method", "workflow.type", "retry.idempotency") {
		return
	}
	unsafe := request.Method == "POST" || request.Method == "PATCH"
	if !unsafe || f.Spec.Retry.Idempotency.Header != "" {
		return
	}
	repeats := by.repeats
	if f.Spec.Workflow.Type == WorkflowExpress {
		repeats += ", and an express workflow may run more than once for one start"
	}
	f.warn("trigger-at-least-once", path+".method", repeats+": each "+request.Method+" acts again",
		"set retry.idempotency.header if the API knows idempotency keys: "+by.key)
}
