package moto

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// history writes the events of one stack.
type history struct {
	g                  *gateway
	stack, name, token string
}

func (h history) add(id, kind, status, reason string) {
	list := h.g.happens[h.stack]
	physical := id
	if kind == "AWS::CloudFormation::Stack" {
		physical = h.stack
	}
	h.g.happens[h.stack] = append(list, &event{
		EventID: fmt.Sprintf("event-%d", len(list)+1), StackID: h.stack, StackName: h.name, LogicalResourceID: id, PhysicalResourceID: physical,
		ResourceType: kind, Timestamp: time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), ResourceStatus: status, ResourceStatusReason: reason,
		ClientRequestToken: h.token,
	})
}

func (h history) one(c change) {
	h.add(c.id, c.kind, c.verb+"_IN_PROGRESS", "")
	h.add(c.id, c.kind, c.verb+"_COMPLETE", "")
}

func (h history) all(changes []change) {
	for _, c := range changes {
		h.one(c)
	}
}

// fail reports that the resource of the reason has failed, and takes
// back what was before it.
func (h history) fail(verb string, changes []change, made map[string]bool, reason string) (status string) {
	at := slices.IndexFunc(changes, func(c change) bool { return aboutResource(reason, c) && !made[c.id] })
	at = max(at, 0)
	h.all(changes[:at])
	h.add(changes[at].id, changes[at].kind, changes[at].verb+"_IN_PROGRESS", "")
	h.add(changes[at].id, changes[at].kind, changes[at].verb+"_FAILED", reason)
	rollback := map[string]string{"CREATE": "ROLLBACK", "UPDATE": "UPDATE_ROLLBACK"}[verb]
	h.add(h.name, "AWS::CloudFormation::Stack", rollback+"_IN_PROGRESS",
		"The following resource(s) failed to create: ["+changes[at].id+"]. Rollback requested by user.")
	for _, c := range slices.Backward(changes[:at+1]) {
		h.one(change{c.id, c.kind, "DELETE"})
	}
	h.add(h.name, "AWS::CloudFormation::Stack", rollback+"_COMPLETE", "")
	return rollback + "_COMPLETE"
}

// aboutResource guesses which resource moto has refused: it does not say.
func aboutResource(reason string, c change) bool {
	kind := strings.ToLower(c.kind[strings.LastIndex(c.kind, ":")+1:])
	return strings.Contains(strings.ReplaceAll(strings.ToLower(reason), " ", ""), kind) ||
		strings.Contains(reason, "GetObject") && kind == "function"
}

// reasonOf reads the error of the service that refused: moto passes it on as it
// is, in that service's protocol.
func reasonOf(body []byte) string {
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &e) == nil && e.Message != "" {
		return e.Message + " (" + e.Type + ")"
	}
	return string(body)
}

// nameOf is the name in a stack's ARN: …:stack/NAME/UUID.
func nameOf(id string) string {
	parts := strings.Split(id, "/")
	if len(parts) < 2 {
		return id
	}
	return parts[1]
}
