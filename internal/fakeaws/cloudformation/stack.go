package cloudformation

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"time"
)

// Pair is a parameter, an output or a tag.
type Pair struct{ Key, Value string }

// Stack is one of CloudFormation's.
type Stack struct {
	Name, ID             string
	Status, StatusReason string
	Template             string
	Parameters, Tags     []Pair
	Without              []string          // logical ids that were never made
	Outputs              []Pair            // nil: from the template, made up
	Protected            bool              // from being deleted
	Physical             map[string]string // ids in AWS by logical ids; else they are made up
	Events               []Event
	Created, Updated     time.Time

	resources []resource
	steps     []func() // what is still to come of an operation
}

// Event is one of a stack's, or of one of its resources'.
type Event struct {
	ID, Token                   string
	Time                        time.Time
	LogicalID, PhysicalID, Type string
	Status, Reason              string
	Detail                      string // the detailed status; "" for none
}

type resource struct {
	id, kind, physical, status string
}

const stackType = "AWS::CloudFormation::Stack"

func (f *Fake) adopt(s *Stack) {
	if s.ID == "" {
		s.ID = f.arn("stack/" + s.Name + "/" + f.uuid())
	}
	if s.Created.IsZero() {
		s.Created = f.now()
	}
	if t, err := parse(s.Template); err == nil && s.Status != "REVIEW_IN_PROGRESS" {
		for _, r := range t.resources {
			if slices.Contains(s.Without, r.id) {
				continue
			}
			s.resources = append(s.resources, resource{r.id, r.kind, physical(s, r), "CREATE_COMPLETE"})
		}
		if s.Outputs == nil {
			s.Outputs = t.outputs(s.Name)
		}
	}
	if s.Events == nil {
		f.event(s, "", Event{LogicalID: s.Name, PhysicalID: s.ID, Type: stackType, Status: "CREATE_IN_PROGRESS", Reason: "User Initiated"})
		f.event(s, "", Event{LogicalID: s.Name, PhysicalID: s.ID, Type: stackType, Status: "CREATE_COMPLETE"})
	}
	f.stacks = append(f.stacks, s)
}

func physical(s *Stack, r templateResource) string { return s.physical(r.id) }

func (s *Stack) physical(id string) string { return cmp.Or(s.Physical[id], s.Name+"-"+id+"-1A2B3C") }

// event is put before the older ones.
func (f *Fake) event(s *Stack, token string, e Event) {
	e.ID, e.Token, e.Time = f.uuid(), token, f.now()
	s.Events = append([]Event{e}, s.Events...)
}

func (f *Fake) describeStacks(form url.Values) (node, *Error) {
	name := form.Get("StackName")
	s := f.find(name)
	if s == nil {
		return node{}, missing(name)
	}
	return el("", members("Stacks", []node{s.node()})), nil
}

func (s *Stack) node() node {
	return el("",
		text("StackId", s.ID), text("StackName", s.Name), text("StackStatus", s.Status), text("StackStatusReason", s.StatusReason),
		moment("CreationTime", s.Created), moment("LastUpdatedTime", s.Updated),
		text("EnableTerminationProtection", fmt.Sprint(s.Protected)),
		members("Parameters", nodes(s.Parameters, "ParameterKey", "ParameterValue")),
		members("Outputs", nodes(s.Outputs, "OutputKey", "OutputValue")),
		members("Tags", nodes(s.Tags, "Key", "Value")))
}

func nodes(list []Pair, key, value string) []node {
	var all []node
	for _, p := range list {
		all = append(all, el("", text(key, p.Key), text(value, p.Value)))
	}
	return all
}

func (f *Fake) getTemplate(form url.Values) (node, *Error) {
	s := f.find(form.Get("StackName"))
	if s == nil {
		return node{}, missing(form.Get("StackName"))
	}
	if form.Has("ChangeSetName") {
		set, refused := f.findSet(form)
		if refused != nil {
			return node{}, refused
		}
		return el("", text("TemplateBody", set.template)), nil
	}
	if s.Template == "" {
		return node{}, &Error{Code: "ValidationError", Message: "Stack [" + s.Name + "] has no template"}
	}
	return el("", text("TemplateBody", s.Template)), nil
}

// describeStackEvents lets an operation go on, once for each look from the start.
func (f *Fake) describeStackEvents(form url.Values) (node, *Error) {
	s := f.find(form.Get("StackName"))
	if s == nil {
		return node{}, &Error{Code: "ValidationError", Message: "Stack [" + form.Get("StackName") + "] does not exist"}
	}
	if form.Get("NextToken") == "" {
		f.advance(s)
	}
	var all []node
	for _, e := range s.Events {
		all = append(all, el("",
			text("EventId", e.ID), text("StackId", s.ID), text("StackName", s.Name), moment("Timestamp", e.Time),
			text("LogicalResourceId", e.LogicalID), text("PhysicalResourceId", e.PhysicalID), text("ResourceType", e.Type),
			text("ResourceStatus", e.Status), text("ResourceStatusReason", e.Reason), text("ClientRequestToken", e.Token),
			text("DetailedStatus", e.Detail)))
	}
	return page(form, f.pageSize(), "StackEvents", all), nil
}

func (f *Fake) listResources(form url.Values) (node, *Error) {
	s := f.find(form.Get("StackName"))
	if s == nil {
		return node{}, missing(form.Get("StackName"))
	}
	return page(form, f.pageSize(), "StackResourceSummaries", s.resourceNodes("LastUpdatedTimestamp")), nil
}

func (f *Fake) describeResources(form url.Values) (node, *Error) {
	s := f.find(form.Get("StackName"))
	if s == nil {
		return node{}, missing(form.Get("StackName"))
	}
	return el("", members("StackResources", s.resourceNodes("Timestamp"))), nil
}

func (s *Stack) resourceNodes(when string) []node {
	var all []node
	for _, r := range s.resources {
		all = append(all, el("", text("LogicalResourceId", r.id), text("PhysicalResourceId", r.physical),
			text("ResourceType", r.kind), text("ResourceStatus", r.status), moment(when, s.Created)))
	}
	return all
}

func (s *Stack) set(r resource) {
	i := slices.IndexFunc(s.resources, func(other resource) bool { return other.id == r.id })
	if i < 0 {
		s.resources = append(s.resources, r)
		return
	}
	s.resources[i] = r
}
