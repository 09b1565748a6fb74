package spec

import (
	"fmt"
	"net/url"
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
		f.checkRequest(path+".request", schedule.Request)
	}
}

func (f *File) checkEvents() {
	for i, event := range f.Spec.Triggers.Events {
		path := itemPath("triggers.events", i)
		if f.sound(path + ".pattern") {
			f.checkPattern(path+".pattern", event.Pattern)
		}
		f.checkRequest(path+".request", event.Request)
		f.checkBodyFrom(path+".request", event.Request)
	}
}

// checkPattern: what an event is compared with stands in lists
// (EventBridge, "Event patterns").
func (f *File) checkPattern(path string, pattern any) {
	fields, _ := pattern.(map[string]any)
	for key, value := range fields {
		at := keyPath(path, key)
		switch value := value.(type) {
		case []any:
			if len(value) == 0 {
				f.fail("event-pattern", at, "an empty list matches no event", "name what the field may be")
			}
		case map[string]any:
			if len(value) == 0 {
				f.fail("event-pattern", at, "an empty mapping matches nothing", `write [{exists: true}] if any value will do`)
			}
			f.checkPattern(at, value)
		default:
			f.fail("event-pattern", at, "a pattern compares with lists, got a single value", fmt.Sprintf("write [%v]", value))
		}
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
	f.checkAtLeastOnce(path, request)
}

func (f *File) checkPath(at, path string) {
	rule := ruleOf(at)
	switch {
	case !isEscaped(path):
		f.fail(rule, at, "has a % that is not followed by two hexadecimal digits", "write a plain % as %25")
	case hasDotSegments(path):
		f.fail(rule, at, "has . or .. segments, which could lead out of upstream.url", "write the path that they lead to")
	}
}

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

// eventFields is the envelope of every event (EventBridge, "Event structure").
var eventFields = []string{"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}

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

// checkAtLeastOnce: asynchronous express workflows may run more than once for
// one start (Step Functions, "Execution guarantees"). With an idempotency header
// both runs carry the same key.
func (f *File) checkAtLeastOnce(path string, request Request) {
	if !f.allSound(path+".method", "workflow.type", "retry.idempotency") {
		return
	}
	unsafe := request.Method == "POST" || request.Method == "PATCH"
	if unsafe && f.Spec.Workflow.Type == WorkflowExpress && f.Spec.Retry.Idempotency.Header == "" {
		f.warn("express-at-least-once", path+".method",
			"an express workflow that a schedule or event starts may run twice, and "+request.Method+" is not idempotent",
			"set retry.idempotency.header, or workflow.type: standard")
	}
}
