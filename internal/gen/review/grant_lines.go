package review

import (
	"strings"
)

// grantGroups are lines of grants that differ in nothing but their action.
func grantGroups(list []Grant) []string {
	var order []Grant
	actions := map[Grant][]string{}
	for _, g := range list {
		action := g.Action
		g.Action = ""
		if actions[g] == nil {
			order = append(order, g)
		}
		actions[g] = append(actions[g], action)
	}
	var lines []string
	for _, g := range order {
		g.Action = strings.Join(actions[g], ", ")
		lines = append(lines, g.String())
	}
	return lines
}

// String is the grant in one line: "+ EgressRole (role of the egresses): logs:PutLogEvents
// on Egress1LogGroup".
func (g Grant) String() string {
	sign, effect := "+ ", ""
	if g.Removed {
		sign = "- "
	}
	if g.Effect == "Deny" {
		effect = "deny "
	}
	line := sign + g.words + ": " + effect + g.Action
	for _, p := range []struct{ word, value string }{{" on ", g.Resource}, {" by ", g.Principal}, {" if ", g.Condition}} {
		if p.value != "" {
			line += p.word + readable(p.value)
		}
	}
	return line
}

// readable is a value of a policy without the forms of CloudFormation.
func readable(value string) string {
	switch id := referred(value); {
	case id == "AWS::AccountId":
		return "this account"
	case id != "":
		return id
	}
	if service, ok := strings.CutPrefix(value, "{Service: "); ok {
		return strings.TrimSuffix(service, "}")
	}
	return strings.TrimPrefix(value, "!Sub ")
}
