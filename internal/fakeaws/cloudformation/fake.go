// Package cloudformation is a CloudFormation on loopback, for tests. It speaks the
// service's Query protocol and has a small model of it: stacks, change sets that
// compare templates, operations that go on with each look at their events, and
// failures and drift as a test scripts them.
package cloudformation

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Fake serves what DescribeStacks, DescribeStackEvents, DescribeStackResources,
// ListStackResources, GetTemplate, CreateChangeSet, DescribeChangeSet,
// ListChangeSets, DeleteChangeSet, ExecuteChangeSet, DeleteStack, DescribeEvents,
// DetectStackDrift, DescribeStackDriftDetectionStatus and
// DescribeStackResourceDrifts ask for. Its fields are to be set before it serves.
type Fake struct {
	Account, Region string
	Start           time.Time // of the events, which are a second apart
	PageSize        int       // of lists; 0: 100
	Pace            int       // events of an operation for each poll; 0: 3
	// Fails are the resources that cannot be created, updated or deleted, with the
	// reason. "ROLLBACK:" before an id makes going back fail there.
	Fails map[string]string
	// Blocks says why a resource of this type cannot be deleted now; "" when it can. nil:
	// all can. It must not call the Fake.
	Blocks func(id, kind string) string
	// RefuseChangeSet is why every change set fails; "" for none.
	RefuseChangeSet string
	// Validations are what DescribeEvents has of a failed change set: reasons by
	// resource.
	Validations map[string]string
	// Hooks are what it has of the account's Hook Acme::Guard::Hook, in the same form.
	Hooks map[string]string
	// Drifts are what DescribeStackResourceDrifts returns.
	Drifts []Drift
	// DriftFailure is why drift detection fails; "" when it does not.
	DriftFailure string
	// DriftStatus is the stack's, whatever the Drifts are; "": as they are.
	DriftStatus string
	// Templates returns the text at a TemplateURL.
	Templates func(url string) (string, bool)
	// Before runs before each action and may fail it. It must not call the Fake.
	Before func(action string, form url.Values) *Error

	mu      sync.Mutex
	stacks  []*Stack // deleted ones too
	sets    []*changeSet
	numbers int // of ids
	seconds int // of the clock
	calls   []string
}

// Error is one of the API's.
type Error struct {
	Status        int // of HTTP; 0: 400
	Code, Message string
}

func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		fail(w, &Error{Code: "MalformedQueryString", Message: err.Error()})
		return
	}
	action := r.Form.Get("Action")
	if f.Before != nil {
		if err := f.Before(action, r.Form); err != nil {
			f.note(action)
			fail(w, err)
			return
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, action)
	serve, known := actions[action]
	if !known {
		fail(w, &Error{Status: http.StatusNotImplemented, Code: "InvalidAction", Message: "Could not find operation " + action +
			" for version 2010-05-15"})
		return
	}
	result, err := serve(f, r.Form)
	if err != nil {
		fail(w, err)
		return
	}
	succeed(w, action, result)
}

var actions map[string]func(*Fake, url.Values) (node, *Error)

func init() { // the table and what is in it would else refer to each other
	actions = map[string]func(*Fake, url.Values) (node, *Error){
		"CreateChangeSet":                   (*Fake).createChangeSet,
		"DeleteChangeSet":                   (*Fake).deleteChangeSet,
		"DeleteStack":                       (*Fake).deleteStack,
		"DescribeChangeSet":                 (*Fake).describeChangeSet,
		"DescribeEvents":                    (*Fake).describeEvents,
		"DescribeStackDriftDetectionStatus": (*Fake).driftStatus,
		"DescribeStackEvents":               (*Fake).describeStackEvents,
		"DescribeStackResourceDrifts":       (*Fake).describeDrifts,
		"DescribeStackResources":            (*Fake).describeResources,
		"DescribeStacks":                    (*Fake).describeStacks,
		"DetectStackDrift":                  (*Fake).detectDrift,
		"ExecuteChangeSet":                  (*Fake).executeChangeSet,
		"GetTemplate":                       (*Fake).getTemplate,
		"ListChangeSets":                    (*Fake).listChangeSets,
		"ListStackResources":                (*Fake).listResources,
	}
}

func (f *Fake) note(action string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, action)
}

// Calls are the actions so far, in their order.
func (f *Fake) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// ChangeSets are the names of the change sets that are there.
func (f *Fake) ChangeSets() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var names []string
	for _, set := range f.sets {
		names = append(names, set.name)
	}
	return names
}

// Stack is the stack of this name or ID, as it is now; nil when there is none.
func (f *Fake) Stack(name string) *Stack {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.find(name)
	if s == nil || s.Status == "DELETE_COMPLETE" {
		return nil
	}
	c := *s
	return &c
}

// Resources are the logical ids of what a stack has.
func (f *Fake) Resources(name string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var ids []string
	if s := f.find(name); s != nil {
		for _, r := range s.resources {
			if r.status != "DELETE_COMPLETE" && r.status != "DELETE_SKIPPED" {
				ids = append(ids, r.id)
			}
		}
	}
	return ids
}

// Put adds a stack that exists from the start. It gets an ID, resources from
// its template and the events of its creation, unless it has them.
func (f *Fake) Put(s Stack) *Stack {
	f.mu.Lock()
	defer f.mu.Unlock()
	stack := &s
	f.adopt(stack)
	return stack
}

// Advance lets a stack's operation go on without a look at its events.
func (f *Fake) Advance(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s := f.find(name); s != nil {
		f.advance(s)
	}
}

// find prefers the stack of the name that is not deleted, as CloudFormation does;
// an ID finds a deleted one, too.
func (f *Fake) find(name string) *Stack {
	for _, s := range slices.Backward(f.stacks) {
		if s.ID == name || s.Name == name && s.Status != "DELETE_COMPLETE" {
			return s
		}
	}
	return nil
}

func missing(name string) *Error {
	return &Error{Code: "ValidationError", Message: fmt.Sprintf("Stack with id %s does not exist", name)}
}

// now is a clock that moves with each call.
func (f *Fake) now() time.Time {
	f.seconds++
	start := f.Start
	if start.IsZero() {
		start = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	}
	return start.Add(time.Duration(f.seconds) * time.Second)
}

// uuid is unique and always the same.
func (f *Fake) uuid() string {
	f.numbers++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", f.numbers)
}

func (f *Fake) arn(rest string) string {
	account, region := f.Account, f.Region
	account = cmp.Or(account, "123456789012")
	region = cmp.Or(region, "eu-central-1")
	return fmt.Sprintf("arn:aws:cloudformation:%s:%s:%s", region, account, rest)
}

func (f *Fake) pageSize() int {
	if f.PageSize > 0 {
		return f.PageSize
	}
	return 100
}
