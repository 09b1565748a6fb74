package review

import (
	"cmp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Grant is a permission that comes or goes: who may do what with what.
type Grant struct {
	Removed bool   `json:"removed,omitempty"`
	Holder  string `json:"holder"` // the logical id of the role, policy or permission
	Effect  string `json:"effect"` // Allow or Deny
	// Principal is who gets it, in policies of resources and in the trust of roles.
	Principal string `json:"principal,omitempty"`
	Action    string `json:"action"`
	Resource  string `json:"resource,omitempty"`
	Condition string `json:"condition,omitempty"`
	// Wider says that something outside of what this deployment creates may be done that
	// could not be done before.
	Wider bool `json:"wider,omitempty"`

	words     string     // what the holder is
	condition *yaml.Node // that of a statement; nil for none
}

// key leaves out what does not make two grants different.
func (g Grant) key() Grant {
	g.Removed, g.Wider, g.words, g.condition = false, false, "", nil
	return g
}

// grantChanges are the added ones in the template's order, then the removed ones.
func grantChanges(old, current map[string]resource, order []string) []Grant {
	before, after := allGrants(old), allGrants(current)
	var list []Grant
	for _, id := range order {
		for _, g := range grants(current[id]) {
			if !before[g.key()] {
				g.Wider = g.isWider(old) && !g.isNarrower(old) && !g.isMoved(old, current)
				list = append(list, g)
			}
		}
	}
	ids := make([]string, 0, len(old))
	for id := range old {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		for _, g := range grants(old[id]) {
			if _, stays := current[g.Holder]; !after[g.key()] {
				g.Removed, g.Wider = true, g.Effect == "Deny" && stays && g.mayBeAllowed(current[g.Holder])
				list = append(list, g)
			}
		}
	}
	return list
}

// mayBeAllowed reports whether the holder is still allowed something that a Deny which goes
// could be about: a Deny that goes together with what it denied opens nothing.
func (g Grant) mayBeAllowed(holder resource) bool {
	if strings.Contains(g.Action, "*") || len(items(field(holder.node, "ManagedPolicyArns"))) > 0 {
		return true
	}
	return slices.ContainsFunc(grants(holder), func(left Grant) bool {
		return left.Effect == "Allow" && (left.Action == g.Action || strings.Contains(left.Action, "*"))
	})
}

func allGrants(resources map[string]resource) map[Grant]bool {
	all := map[Grant]bool{}
	for _, r := range resources {
		for _, g := range grants(r) {
			all[g.key()] = true
		}
	}
	return all
}

// isWider: what only concerns a resource that is new itself comes with it. All that a
// new stack brings is new.
func (g Grant) isWider(old map[string]resource) bool {
	if len(old) == 0 || g.Effect == "Deny" {
		return false
	}
	if g.Principal == "*" {
		return true
	}
	if id := referred(g.Resource); id != "" {
		_, holder := old[g.Holder]
		_, known := old[id]
		return holder && known
	}
	return g.Resource != "" || g.Principal != "" && old[g.Holder].id != ""
}

// isNarrower reports whether the holder had the permission under a condition that let more.
func (g Grant) isNarrower(old map[string]resource) bool {
	return slices.ContainsFunc(grants(old[g.Holder]), func(before Grant) bool {
		same := g.key()
		same.Condition = before.Condition
		return before.key() == same && (before.Condition == "" || before.condition != nil) && narrows(before.condition, g.condition)
	})
}

// isMoved reports whether a role that goes had the permission, and a new one has it now.
func (g Grant) isMoved(old, current map[string]resource) bool {
	if _, known := old[g.Holder]; known {
		return false
	}
	for id, r := range old {
		if _, stays := current[id]; stays || r.typeName != "AWS::IAM::Role" {
			continue
		}
		moved := g
		moved.Holder = id
		if slices.ContainsFunc(grants(r), func(before Grant) bool { return before.key() == moved.key() }) {
			return true
		}
	}
	return false
}

// referred is the logical id that a reference names; "" for what is none.
func referred(value string) string {
	if rest, ok := strings.CutPrefix(value, "!GetAtt "); ok {
		id, _, _ := strings.Cut(rest, ".")
		return id
	}
	id, _ := strings.CutPrefix(value, "!Ref ")
	if id == value {
		return ""
	}
	return id
}

// grants are those of a resource that grants something.
func grants(r resource) []Grant {
	var list []Grant
	switch r.typeName {
	case "AWS::IAM::Role":
		list = statements(field(r.node, "AssumeRolePolicyDocument"))
		for _, policy := range items(field(r.node, "Policies")) {
			list = append(list, statements(field(policy, "PolicyDocument"))...)
		}
	case "AWS::IAM::ManagedPolicy", "AWS::SQS::QueuePolicy":
		list = statements(field(r.node, "PolicyDocument"))
	case "AWS::Lambda::Permission":
		list = []Grant{permission(r)}
	}
	for i := range list {
		list[i].Holder, list[i].words = r.id, describe(r.id, r.typeName)
	}
	return list
}

// permission is a statement of a function's own policy (Lambda API, AddPermission).
func permission(r resource) Grant {
	g := Grant{Effect: "Allow", Principal: text(r.node, "Principal"), Action: text(r.node, "Action"), Resource: text(r.node, "FunctionName")}
	for name, value := range entries(r.node) {
		if name != "Principal" && name != "Action" && name != "FunctionName" {
			g.Condition = strings.TrimPrefix(g.Condition+", "+name+": "+plain(value), ", ")
		}
	}
	return g
}

// statements are those of a policy document, one for each action and resource.
func statements(document *yaml.Node) []Grant {
	var list []Grant
	for _, s := range items(field(document, "Statement")) {
		resources := items(field(s, "Resource"))
		if len(resources) == 0 {
			resources = []*yaml.Node{nil}
		}
		for _, action := range items(field(s, "Action")) {
			for _, on := range resources {
				list = append(list, Grant{Effect: cmp.Or(text(s, "Effect"), "Allow"), Principal: text(s, "Principal"), Action: plain(action),
					Resource: text(on), Condition: text(s, "Condition"), condition: field(s, "Condition")})
			}
		}
	}
	return list
}
