package cloudformation

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// operation is a creation, an update or a deletion in progress: every step is an
// event, and what it does to the stack.
type operation struct {
	fake  *Fake
	stack *Stack
	token string
}

// advance lets the operation go on by as many events as the pace says.
func (f *Fake) advance(s *Stack) {
	pace := f.Pace
	pace = cmp.Or(pace, 3)
	for range min(pace, len(s.steps)) {
		step := s.steps[0]
		s.steps = s.steps[1:]
		step()
	}
}

func (o operation) then(step func()) { o.stack.steps = append(o.stack.steps, step) }

// status is a change of the stack's own.
func (o operation) status(status, reason string) {
	o.then(func() {
		o.stack.Status, o.stack.StatusReason = status, reason
		if reason == "User Initiated" {
			o.stack.StatusReason = ""
		}
		o.fake.event(o.stack, o.token, Event{LogicalID: o.stack.Name, PhysicalID: o.stack.ID, Type: stackType, Status: status, Reason: reason})
	})
}

func (o operation) resource(id, kind, status, reason string) {
	o.resourceIn(id, kind, status, "", reason)
}

// resourceIn is resource with a detailed status.
func (o operation) resourceIn(id, kind, status, detail, reason string) {
	o.then(func() {
		name := o.stack.physical(id)
		o.fake.event(o.stack, o.token, Event{LogicalID: id, PhysicalID: name, Type: kind, Status: status, Reason: reason, Detail: detail})
		o.stack.set(resource{id, kind, name, status})
	})
}

// work is a resource's way: in progress, in progress again once the service has
// taken it and once it is configured, and complete. It reports whether it succeeds.
func (o operation) work(c change, verb string) bool {
	if verb == "DELETE" && o.stays(c.id) {
		o.resource(c.id, c.kind, "DELETE_SKIPPED", "")
		return true
	}
	o.resource(c.id, c.kind, verb+"_IN_PROGRESS", "")
	reason, fails := o.fake.Fails[c.id]
	if verb == "DELETE" && o.fake.Blocks != nil && !fails {
		reason = o.fake.Blocks(c.id, c.kind)
		fails = reason != ""
	}
	if fails {
		o.resource(c.id, c.kind, verb+"_FAILED", reason)
		return false
	}
	if verb == "CREATE" {
		o.resource(c.id, c.kind, verb+"_IN_PROGRESS", "Resource creation Initiated")
		o.resourceIn(c.id, c.kind, verb+"_IN_PROGRESS", "CONFIGURATION_COMPLETE", "Eventual consistency check initiated")
	}
	o.resource(c.id, c.kind, verb+"_COMPLETE", "")
	return true
}

// stays reports a resource that a deletion leaves in AWS.
func (o operation) stays(id string) bool {
	t, _ := parse(o.stack.Template) // it was parsed before
	r, _ := t.find(id)
	return strings.HasPrefix(r.deletion, "Retain")
}

func (f *Fake) executeChangeSet(form url.Values) (node, *Error) {
	set, refused := f.findSet(form)
	if refused != nil {
		return node{}, refused
	}
	if set.execution != "AVAILABLE" {
		return node{}, &Error{Code: "InvalidChangeSetStatus", Message: "ChangeSet [" + set.id +
			"] cannot be executed in its current execution status of [" + set.execution + "]"}
	}
	s := f.find(set.stackID)
	set.execution = "EXECUTE_COMPLETE"
	f.sets = slices.DeleteFunc(f.sets, func(other *changeSet) bool { return other.stackID == s.ID })
	o := operation{f, s, form.Get("ClientRequestToken")}
	s.Updated = f.now()
	if set.kind == "CREATE" {
		o.create(set)
	} else {
		o.update(set)
	}
	first := s.steps[0] // the state changes with the call
	s.steps = s.steps[1:]
	first()
	return el(""), nil
}

func (o operation) create(set *changeSet) {
	s := o.stack
	s.Template, s.Parameters, s.Tags = set.template, set.parameters, set.tags
	o.status("CREATE_IN_PROGRESS", "User Initiated")
	for i, c := range set.changes {
		if o.work(c, "CREATE") {
			continue
		}
		o.giveUp(set.changes[i+1:], "CREATE", "Resource creation cancelled")
		o.status("ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: ["+c.id+"]. Rollback requested by user.")
		o.undo(set.changes[:i], "ROLLBACK")
		return
	}
	o.then(func() {
		t, _ := parse(set.template)
		s.Outputs = t.outputs(s.Name)
	})
	o.status("CREATE_COMPLETE", "")
}

// giveUp is what happens to what was begun beside the resource that failed.
func (o operation) giveUp(rest []change, verb, reason string) {
	if len(rest) > 0 {
		o.resource(rest[0].id, rest[0].kind, verb+"_FAILED", reason)
	}
}

func (o operation) update(set *changeSet) {
	s := o.stack
	o.status("UPDATE_IN_PROGRESS", "User Initiated")
	for i, c := range set.changes {
		if c.action == "Remove" || o.work(c, verbOf(c)) {
			continue
		}
		o.giveUp(set.changes[i+1:], "UPDATE", "Resource update cancelled")
		o.status("UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: ["+c.id+"]. ")
		o.undo(set.changes[:i], "UPDATE_ROLLBACK")
		return
	}
	o.then(func() {
		t, _ := parse(set.template)
		s.Template, s.Parameters, s.Tags, s.Outputs = set.template, set.parameters, set.tags, t.outputs(s.Name)
	})
	o.status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "")
	for _, c := range set.changes {
		if c.action == "Remove" {
			o.work(c, "DELETE")
		}
	}
	o.status("UPDATE_COMPLETE", "")
}

func verbOf(c change) string {
	if c.action == "Add" {
		return "CREATE"
	}
	return "UPDATE"
}

// undo goes back; verb is ROLLBACK or UPDATE_ROLLBACK.
func (o operation) undo(done []change, verb string) {
	for _, c := range slices.Backward(done) {
		if reason, fails := o.fake.Fails["ROLLBACK:"+c.id]; fails {
			o.resource(c.id, c.kind, map[string]string{"ROLLBACK": "DELETE_FAILED", "UPDATE_ROLLBACK": "UPDATE_FAILED"}[verb], reason)
			o.status(verb+"_FAILED", "The following resource(s) failed to roll back: ["+c.id+"]. ")
			return
		}
		if verb == "ROLLBACK" {
			o.resource(c.id, c.kind, "DELETE_COMPLETE", "")
		} else {
			o.resource(c.id, c.kind, "UPDATE_COMPLETE", "")
		}
	}
	o.status(verb+"_COMPLETE", "")
}

func (f *Fake) deleteStack(form url.Values) (node, *Error) {
	s := f.find(form.Get("StackName"))
	if s == nil || s.Status == "DELETE_COMPLETE" {
		return el(""), nil // as CloudFormation has it
	}
	if s.Protected {
		return node{}, &Error{Code: "ValidationError", Message: "Stack [" + s.Name + "] cannot be deleted while TerminationProtection is enabled"}
	}
	o := operation{f, s, form.Get("ClientRequestToken")}
	o.delete(s.Status == "REVIEW_IN_PROGRESS")
	f.advance(s)
	return el(""), nil
}

func (o operation) delete(empty bool) {
	if empty {
		o.fake.sets = slices.DeleteFunc(o.fake.sets, func(set *changeSet) bool { return set.stackID == o.stack.ID })
	}
	o.status("DELETE_IN_PROGRESS", "User Initiated")
	var failed []string
	for _, r := range slices.Backward(o.stack.resources) {
		if r.status != "DELETE_COMPLETE" && r.status != "DELETE_SKIPPED" && !o.work(change{id: r.id, kind: r.kind}, "DELETE") {
			failed = append(failed, r.id)
		}
	}
	if len(failed) > 0 {
		o.status("DELETE_FAILED", "The following resource(s) failed to delete: ["+strings.Join(failed, ", ")+"]. ")
		return
	}
	o.status("DELETE_COMPLETE", "")
}
