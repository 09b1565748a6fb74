package cloudformation

import (
	"net/url"
	"slices"
	"strings"
)

// Drift is a resource that is not as CloudFormation has made it.
type Drift struct {
	LogicalID, Type string
	Status          string // MODIFIED, DELETED or UNKNOWN
	Reason          string // of UNKNOWN
	Differences     []Difference
}

// Difference is one of its properties.
type Difference struct {
	Path, Expected, Actual string
	Type                   string // ADD, REMOVE or NOT_EQUAL
}

const detection = "b78ac9b0-dec1-11e7-a451-503a3example"

func (f *Fake) detectDrift(form url.Values) (node, *Error) {
	if f.find(form.Get("StackName")) == nil {
		return node{}, missing(form.Get("StackName"))
	}
	return el("", text("StackDriftDetectionId", detection)), nil
}

// driftStatus is complete at the second look.
func (f *Fake) driftStatus(form url.Values) (node, *Error) {
	result := el("", text("StackDriftDetectionId", detection), text("StackId", "arn"))
	looks := 0
	for _, call := range f.calls {
		if call == "DescribeStackDriftDetectionStatus" {
			looks++
		}
	}
	switch {
	case looks < 2:
		result.kids = append(result.kids, text("DetectionStatus", "DETECTION_IN_PROGRESS"))
	case f.DriftFailure != "":
		result.kids = append(result.kids, text("DetectionStatus", "DETECTION_FAILED"), text("DetectionStatusReason", f.DriftFailure))
	default:
		result.kids = append(result.kids, text("DetectionStatus", "DETECTION_COMPLETE"), text("StackDriftStatus", f.stackDrift()))
	}
	return result, nil
}

func (f *Fake) stackDrift() string {
	switch {
	case f.DriftStatus != "":
		return f.DriftStatus
	case len(f.Drifts) > 0:
		return "DRIFTED"
	}
	return "IN_SYNC"
}

func (f *Fake) describeDrifts(form url.Values) (node, *Error) {
	var all []node
	for _, d := range f.Drifts {
		if !wants(form, "StackResourceDriftStatusFilters", d.Status) {
			continue
		}
		var differences []node
		for _, p := range d.Differences {
			differences = append(differences, el("", text("PropertyPath", p.Path), text("ExpectedValue", p.Expected),
				text("ActualValue", p.Actual), text("DifferenceType", p.Type)))
		}
		all = append(all, el("", text("LogicalResourceId", d.LogicalID), text("ResourceType", d.Type),
			text("StackResourceDriftStatus", d.Status), text("DriftStatusReason", d.Reason), members("PropertyDifferences", differences)))
	}
	return page(form, f.pageSize(), "StackResourceDrifts", all), nil
}

// wants reports whether a list of the Query protocol has a value; one that is not
// given has all.
func wants(form url.Values, list, value string) bool {
	given := false
	for name, values := range form {
		if strings.HasPrefix(name, list+".member.") {
			given = true
			if slices.Contains(values, value) {
				return true
			}
		}
	}
	return !given
}

// revert adds to a change set what a drift-aware one reverts (CloudFormation User
// Guide, "Using drift-aware change sets").
func (f *Fake) revert(changes []change) []change {
	for _, d := range f.Drifts {
		i := slices.IndexFunc(changes, func(c change) bool { return c.id == d.LogicalID })
		if i < 0 {
			i = len(changes)
			changes = append(changes, change{action: "Modify", id: d.LogicalID, kind: d.Type, replacement: "False"})
		}
		c := &changes[i]
		c.drift = d.Status
		if d.Status == "DELETED" {
			c.action, c.replacement, c.details = "Add", "", nil
			continue
		}
		for _, p := range d.Differences {
			c.details = append(c.details, detail{path: "/Properties" + p.Path, before: p.Actual, after: p.Expected, recreation: "Never",
				evaluation: "Static", source: "NoModification", kind: "Modify"})
		}
	}
	return changes
}
