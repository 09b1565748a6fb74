package cloudformation

import (
	"net/url"
)

// Drift is a resource that is not as CloudFormation has made it.
type Drift struct {
	LogicalID, Type string
	Status          string // MODIFIED or DELETED
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
	case len(f.Drifts) > 0:
		result.kids = append(result.kids, text("DetectionStatus", "DETECTION_COMPLETE"), text("StackDriftStatus", "DRIFTED"))
	default:
		result.kids = append(result.kids, text("DetectionStatus", "DETECTION_COMPLETE"), text("StackDriftStatus", "IN_SYNC"))
	}
	return result, nil
}

func (f *Fake) describeDrifts(form url.Values) (node, *Error) {
	var all []node
	for _, d := range f.Drifts {
		var differences []node
		for _, p := range d.Differences {
			differences = append(differences, el("", text("PropertyPath", p.Path), text("ExpectedValue", p.Expected), text("ActualValue", p.Actual), text("DifferenceType", p.Type)))
		}
		all = append(all, el("", text("LogicalResourceId", d.LogicalID), text("ResourceType", d.Type),
			text("StackResourceDriftStatus", d.Status), members("PropertyDifferences", differences)))
	}
	return page(form, f.pageSize(), "StackResourceDrifts", all), nil
}
