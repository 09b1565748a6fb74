package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/watch"
)

// dashboard has its body as JSON that a reviewer can read. The names in it that begin with
// "${" are CloudFormation's to fill in; no text of the spec's is in it but the stack's name.
func (b *builder) dashboard() {
	if !b.plan.Operations.Dashboard {
		return
	}
	s := b.plan.Watched()
	var alarms []string
	if b.plan.HasAlarms() {
		for _, a := range s.Alarms() {
			alarms = append(alarms, "${"+a.ID+"Alarm.Arn}")
		}
	}
	names := watch.Names{
		Region: "${AWS::Region}", Workflow: "${" + StateMachineID + "}", Alarms: alarms,
	}
	body := document.DenseJSON(s.Dashboard(names))
	b.add(dashboardID, properties{
		"DashboardName": b.name,
		"DashboardBody": document.Tagged{Tag: "!Sub", Value: document.Block(body)},
	})
}
