package cloudformation

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

type changeSet struct {
	name, id, stackID string
	status, reason    string
	execution         string
	kind, mode        string // CREATE or UPDATE; REVERT_DRIFT or ""
	template          string
	parameters, tags  []Pair
	changes           []change
	looks             int // at it while it is being made
}

func (f *Fake) createChangeSet(form url.Values) (node, *Error) {
	name, kind := form.Get("StackName"), form.Get("ChangeSetType")
	s := f.find(name)
	if refused := f.admit(s, kind, name); refused != nil {
		return node{}, refused
	}
	source, refused := f.source(form)
	if refused != nil {
		return node{}, refused
	}
	is, err := parse(source)
	if err != nil {
		return node{}, &Error{Code: "ValidationError", Message: "Template format error: " + err.Error()}
	}
	if s == nil {
		s = &Stack{Name: name, Status: "REVIEW_IN_PROGRESS"}
		s.Events = []Event{}
		f.adopt(s)
		f.event(s, "", Event{LogicalID: name, PhysicalID: s.ID, Type: stackType, Status: "REVIEW_IN_PROGRESS", Reason: "User Initiated"})
	}
	set := &changeSet{
		name: form.Get("ChangeSetName"), id: f.arn("changeSet/" + form.Get("ChangeSetName") + "/" + f.uuid()), stackID: s.ID,
		status: "CREATE_IN_PROGRESS", execution: "UNAVAILABLE", kind: kind, mode: form.Get("DeploymentMode"), template: source,
		parameters: parameters(form, s.Parameters), tags: pairs(form, "Tags", "Key", "Value"),
	}
	was, _ := parse(s.Template) // a new stack has none
	set.changes = compare(s, was, is, s.Parameters, set.parameters)
	if set.mode == "REVERT_DRIFT" {
		set.changes = f.revert(set.changes)
	}
	f.sets = append(f.sets, set)
	return el("", text("Id", set.id), text("StackId", s.ID)), nil
}

// parameters are those of a request. One that uses its previous value has it.
func parameters(form url.Values, has []Pair) []Pair {
	list := pairs(form, "Parameters", "ParameterKey", "ParameterValue")
	for i := range list {
		if form.Get(fmt.Sprintf("Parameters.member.%d.UsePreviousValue", i+1)) == "true" {
			list[i].Value = valueOf(has, list[i].Key)
		}
	}
	return list
}

// admit says what CloudFormation says to a change set at the wrong time.
func (f *Fake) admit(s *Stack, kind, name string) *Error {
	switch {
	case kind == "UPDATE" && s == nil:
		return &Error{Code: "ValidationError", Message: "Stack [" + name + "] does not exist"}
	case kind == "CREATE" && s != nil && s.Status != "REVIEW_IN_PROGRESS":
		return &Error{Code: "ValidationError", Message: "Stack [" + name + "] already exists and cannot be created again with the changeSet"}
	case kind == "UPDATE" && !slices.Contains([]string{"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}, s.Status):
		return &Error{Code: "ValidationError", Message: "Stack:" + s.ID + " is in " + s.Status + " state and can not be updated."}
	}
	return nil
}

// source is the template's text. One in a bucket is fetched from the same server
// as any other service's client would.
func (f *Fake) source(form url.Values) (string, *Error) {
	if body := form.Get("TemplateBody"); body != "" {
		if len(body) > 51200 {
			return "", &Error{Code: "ValidationError",
				Message: "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less " +
					"than or equal to 51200"}
		}
		return body, nil
	}
	if f.Templates != nil {
		if body, ok := f.Templates(form.Get("TemplateURL")); ok {
			return body, nil
		}
	}
	return "", &Error{Code: "ValidationError", Message: "S3 error: The specified key does not exist."}
}

// findSet takes the set's name together with the stack's, or its ARN.
func (f *Fake) findSet(form url.Values) (*changeSet, *Error) {
	name := form.Get("ChangeSetName")
	s := f.find(form.Get("StackName"))
	if form.Has("StackName") && s == nil {
		return nil, &Error{Code: "ValidationError", Message: "Stack [" + form.Get("StackName") + "] does not exist"}
	}
	for _, set := range f.sets {
		if set.id == name || set.name == name && s != nil && set.stackID == s.ID {
			return set, nil
		}
	}
	return nil, &Error{Status: http.StatusNotFound, Code: "ChangeSetNotFound", Message: "ChangeSet [" + name + "] does not exist"}
}

func (f *Fake) describeChangeSet(form url.Values) (node, *Error) {
	set, refused := f.findSet(form)
	if refused != nil {
		return node{}, refused
	}
	if set.looks++; set.looks > 1 {
		f.finish(set)
	}
	var changes []node
	if set.status == "CREATE_COMPLETE" {
		for _, c := range set.changes {
			changes = append(changes, c.node(form.Get("IncludePropertyValues") == "true"))
		}
	}
	result := page(form, f.pageSize(), "Changes", changes)
	result.kids = append(result.kids, text("ChangeSetName", set.name), text("ChangeSetId", set.id), text("StackId", set.stackID),
		text("Status", set.status), text("StatusReason", set.reason), text("ExecutionStatus", set.execution), text("DeploymentMode", set.mode))
	if set.mode == "REVERT_DRIFT" {
		result.kids = append(result.kids, text("StackDriftStatus", f.stackDrift()))
	}
	return result, nil
}

// finish ends the making of a change set.
func (f *Fake) finish(set *changeSet) {
	if set.status != "CREATE_IN_PROGRESS" {
		return
	}
	s := f.find(set.stackID)
	switch {
	case f.RefuseChangeSet != "":
		set.status, set.reason = "FAILED", f.RefuseChangeSet
	case len(set.changes) == 0 && set.template == s.Template && slices.Equal(set.tags, s.Tags):
		set.status, set.reason = "FAILED", "The submitted information didn't contain changes. Submit different information to create "+
			"a change set."
	default:
		set.status, set.execution = "CREATE_COMPLETE", "AVAILABLE"
	}
}

func (f *Fake) listChangeSets(form url.Values) (node, *Error) {
	s := f.find(form.Get("StackName"))
	if s == nil {
		return node{}, missing(form.Get("StackName"))
	}
	var all []node
	for _, set := range f.sets {
		if set.stackID == s.ID {
			all = append(all, el("", text("ChangeSetName", set.name), text("ChangeSetId", set.id), text("StackId", set.stackID),
				text("Status", set.status)))
		}
	}
	return page(form, f.pageSize(), "Summaries", all), nil
}

func (f *Fake) deleteChangeSet(form url.Values) (node, *Error) {
	set, refused := f.findSet(form)
	if refused != nil {
		return node{}, refused
	}
	if set.status == "CREATE_IN_PROGRESS" {
		f.finish(set)
		return node{}, &Error{Code: "InvalidChangeSetStatus", Message: "ChangeSet [" + set.id +
			"] cannot be deleted in its current status of [CREATE_IN_PROGRESS]"}
	}
	f.sets = slices.DeleteFunc(f.sets, func(other *changeSet) bool { return other == set })
	return el(""), nil
}

// describeEvents lists the validations.
func (f *Fake) describeEvents(form url.Values) (node, *Error) {
	set, refused := f.findSet(form)
	if refused != nil {
		return node{}, refused
	}
	var all []node
	is, _ := parse(set.template)
	for _, r := range is.resources {
		if reason, failed := f.Validations[r.id]; failed {
			all = append(all, el("", text("EventId", f.uuid()), text("EventType", "VALIDATION_ERROR"), text("LogicalResourceId", r.id),
				text("ResourceType", r.kind), text("ValidationStatus", "FAILED"), text("ValidationStatusReason", reason)))
		}
		if reason, failed := f.Hooks[r.id]; failed {
			all = append(all, el("", text("EventId", f.uuid()), text("EventType", "HOOK_INVOCATION_ERROR"), text("LogicalResourceId", r.id),
				text("ResourceType", r.kind), text("HookType", "Acme::Guard::Hook"), text("HookStatus", "HOOK_COMPLETE_FAILED"),
				text("HookStatusReason", reason)))
		}
	}
	return page(form, f.pageSize(), "OperationEvents", all), nil
}
