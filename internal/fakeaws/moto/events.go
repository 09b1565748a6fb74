package moto

import (
	"context"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// event is one of DescribeStackEvents.
type event struct {
	EventID              string `xml:"EventId"`
	StackID              string `xml:"StackId"`
	StackName            string
	LogicalResourceID    string `xml:"LogicalResourceId"`
	PhysicalResourceID   string `xml:"PhysicalResourceId"`
	ResourceType         string
	Timestamp            string
	ResourceStatus       string
	ResourceStatusReason string `xml:",omitempty"`
	ClientRequestToken   string `xml:",omitempty"`
}

// change is one resource of a change set, or of a stack that goes.
type change struct{ id, kind, verb string }

// execute lets moto carry out a change set, in one step, and reports it as AWS
// does: the execution is accepted, what comes of it is in the events.
func (g *gateway) execute(w http.ResponseWriter, r *http.Request, form url.Values) {
	stackID, changes := g.changes(r.Context(), form)
	before := g.logGroups(r.Context())
	answer := g.pass(r)
	g.mu.Lock()
	defer g.mu.Unlock()
	h := history{g: g, stack: stackID, name: nameOf(stackID), token: form.Get("ClientRequestToken")}
	verb := "UPDATE"
	if !g.wasCreated(stackID) {
		verb = "CREATE"
	}
	h.add(h.name, "AWS::CloudFormation::Stack", verb+"_IN_PROGRESS", "User Initiated")
	if answer.Code == http.StatusOK {
		delete(g.failed, stackID)
		h.all(changes)
		h.add(h.name, "AWS::CloudFormation::Stack", verb+"_COMPLETE", "")
	} else {
		g.failed[stackID] = h.fail(verb, changes, g.made(r.Context(), stackID), reasonOf(answer.Body.Bytes()))
		if verb == "CREATE" {
			g.removeCreated(r.Context(), stackID, before)
		}
	}
	write(w, "ExecuteChangeSet", "")
}

// made are the resources that moto has of a stack.
func (g *gateway) made(ctx context.Context, stackID string) map[string]bool {
	out, err := g.moto.DescribeStackResources(ctx, &cloudformation.DescribeStackResourcesInput{StackName: &stackID})
	if err != nil {
		return nil // it cannot always list those that failed
	}
	list := map[string]bool{}
	for _, r := range out.StackResources {
		list[aws.ToString(r.LogicalResourceId)] = true
	}
	return list
}

// removeCreated removes what a creation has created before it failed, as AWS does. moto
// does not know of the log groups that it was about to name.
func (g *gateway) removeCreated(ctx context.Context, stackID string, before map[string]bool) {
	if _, err := g.moto.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &stackID}); err != nil {
		g.t.Errorf("moto: %v", err)
	}
	for name := range g.logGroups(ctx) {
		if before[name] {
			continue
		}
		if _, err := g.logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name}); err != nil {
			g.t.Errorf("moto: %v", err)
		}
	}
}

func (g *gateway) logGroups(ctx context.Context) map[string]bool {
	out, err := g.logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
	if err != nil {
		g.t.Errorf("moto: %v", err)
		return nil
	}
	names := map[string]bool{}
	for _, group := range out.LogGroups {
		names[aws.ToString(group.LogGroupName)] = true
	}
	return names
}

func (g *gateway) changes(ctx context.Context, form url.Values) (string, []change) {
	name, set := form.Get("StackName"), form.Get("ChangeSetName")
	input := &cloudformation.DescribeChangeSetInput{ChangeSetName: &set}
	if name != "" {
		input.StackName = &name
	}
	out, err := g.moto.DescribeChangeSet(ctx, input)
	if err != nil {
		g.t.Errorf("moto: %v", err)
		return name, nil
	}
	var list []change
	for _, c := range out.Changes {
		verb := map[string]string{"Add": "CREATE", "Modify": "UPDATE", "Remove": "DELETE"}[string(c.ResourceChange.Action)]
		list = append(list, change{aws.ToString(c.ResourceChange.LogicalResourceId), aws.ToString(c.ResourceChange.ResourceType), verb})
	}
	id := aws.ToString(out.StackId)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stacks[nameOf(id)] = id
	return id, list
}

func (g *gateway) wasCreated(id string) bool {
	return slices.ContainsFunc(g.happens[id], func(e *event) bool { return e.ResourceStatus == "CREATE_COMPLETE" })
}

// remove lets moto delete a stack.
func (g *gateway) remove(w http.ResponseWriter, r *http.Request, nameOrID string) {
	if g.isLeft(nameOrID) {
		g.forget(w, nameOrID)
		return
	}
	form := formOf(r)
	resources, _ := g.moto.DescribeStackResources(r.Context(), &cloudformation.DescribeStackResourcesInput{StackName: &nameOrID})
	answer := g.pass(r)
	g.mu.Lock()
	defer g.mu.Unlock()
	if answer.Code != http.StatusOK {
		copyAnswer(w, answer)
		return
	}
	id := g.idOf(nameOrID)
	h := history{g: g, stack: id, name: nameOf(id), token: form.Get("ClientRequestToken")}
	h.add(h.name, "AWS::CloudFormation::Stack", "DELETE_IN_PROGRESS", "User Initiated")
	if resources != nil {
		for _, r := range slices.Backward(resources.StackResources) {
			if aws.ToString(r.LogicalResourceId) == "" {
				continue // a type that moto does not have
			}
			h.one(change{aws.ToString(r.LogicalResourceId), aws.ToString(r.ResourceType), "DELETE"})
		}
	}
	h.add(h.name, "AWS::CloudFormation::Stack", "DELETE_COMPLETE", "")
	g.failed[id] = "DELETE_COMPLETE"
	delete(g.stacks, h.name)
	write(w, "DeleteStack", "")
}

// forget drops the name that a failed creation has left.
func (g *gateway) forget(w http.ResponseWriter, nameOrID string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	id := g.idOf(nameOrID)
	h := history{g: g, stack: id, name: nameOf(id)}
	h.add(h.name, "AWS::CloudFormation::Stack", "DELETE_IN_PROGRESS", "User Initiated")
	h.add(h.name, "AWS::CloudFormation::Stack", "DELETE_COMPLETE", "")
	g.failed[id] = "DELETE_COMPLETE"
	delete(g.stacks, h.name)
	write(w, "DeleteStack", "")
}

func (g *gateway) events(w http.ResponseWriter, r *http.Request, nameOrID string) {
	g.mu.Lock()
	list := slices.Clone(g.happens[g.idOf(nameOrID)])
	g.mu.Unlock()
	if len(list) == 0 {
		g.proxy.ServeHTTP(w, r)
		return
	}
	slices.Reverse(list) // the latest first
	text, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"StackEvents"`
		Member  []*event `xml:"member"`
	}{Member: list})
	if err != nil {
		g.t.Error(err)
	}
	write(w, "DescribeStackEvents", string(text))
}
