package cfn

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/watch"
)

// alarms are what package watch says, in the language of templates.
func (b *builder) alarms() {
	if !b.plan.HasAlarms() {
		return
	}
	s := b.plan.Watched()
	for _, f := range s.Filters() {
		b.metricFilter(s, f)
	}
	for _, a := range s.Alarms() {
		b.add(a.ID+"Alarm", b.alarm(a))
	}
}

// metricFilter refers to its log group, so that it is made after it. Its default is what
// the metric is in a minute with lines of which none matches.
func (b *builder) metricFilter(s watch.Stack, f watch.Filter) {
	id, group := f.Metric+"Filter", orchestratorLogsID
	switch f.Group.Kind {
	case watch.Egress:
		id, group = fmt.Sprintf("Egress%d%sFilter", f.Group.K, f.Metric), egressLogs(f.Group.K)
	case watch.Workflow:
		group = machineLogsID
	}
	b.add(id, properties{
		"LogGroupName":  ref(group),
		"FilterPattern": f.Pattern,
		"MetricTransformations": list(document.Map{
			{Name: "MetricNamespace", Value: s.Namespace()},
			{Name: "MetricName", Value: f.Metric},
			{Name: "MetricValue", Value: "1"},
			{Name: "DefaultValue", Value: int64(0)},
			{Name: "Unit", Value: "Count"},
		}),
	})
}

func (b *builder) alarm(a watch.Alarm) properties {
	p := properties{
		"AlarmName":          a.Name,
		"AlarmDescription":   document.Block(a.Description),
		"ComparisonOperator": "GreaterThanThreshold",
		"Threshold":          number(a.Threshold),
		"EvaluationPeriods":  int64(a.Spans),
		"DatapointsToAlarm":  int64(a.Breaching),
		"TreatMissingData":   "notBreaching",
		"ActionsEnabled":     true,
		"AlarmActions":       list(b.plan.Operations.Alarms.Topic),
		"OKActions":          list(b.plan.Operations.Alarms.Topic),
		"Tags":               b.tags,
	}
	if len(a.Expressions) > 0 {
		p["Metrics"] = b.metricQueries(a)
		return p
	}
	m := a.Metrics[0]
	p["Namespace"], p["MetricName"], p["Statistic"], p["Period"] = m.Namespace, m.Name, m.Stat, int64(a.Span)
	p["Dimensions"] = dimensions(m)
	return p
}

// metricQueries are what an alarm computes from, what it watches first.
func (b *builder) metricQueries(a watch.Alarm) document.List {
	last := len(a.Expressions) - 1
	queries := document.List{expression(a.Expressions[last], true)}
	for _, e := range a.Expressions[:last] {
		queries = append(queries, expression(e, false))
	}
	for _, m := range a.Metrics {
		metric := document.Map{{Name: "Namespace", Value: m.Namespace}, {Name: "MetricName", Value: m.Name}}
		if m.Dimension != "" {
			metric = append(metric, document.Field{Name: "Dimensions", Value: dimensions(m)})
		}
		queries = append(queries, document.Map{
			{Name: "Id", Value: m.ID},
			{Name: "MetricStat", Value: document.Map{
				{Name: "Metric", Value: metric}, {Name: "Period", Value: int64(a.Span)}, {Name: "Stat", Value: m.Stat},
			}},
			{Name: "ReturnData", Value: false},
		})
	}
	return queries
}

func expression(e watch.Expression, isWatched bool) document.Map {
	return document.Map{{Name: "Id", Value: e.ID}, {Name: "Expression", Value: e.Text}, {Name: "ReturnData", Value: isWatched}}
}

func dimensions(m watch.Metric) document.List {
	return list(document.Map{{Name: "Name", Value: m.Dimension}, {Name: "Value", Value: dimensionOf(m.Of)}})
}

// dimensionOf is by what a metric names a resource; a reference, so that the alarm of a
// resource comes after it.
func dimensionOf(r watch.Resource) document.Value {
	switch r.Kind {
	case watch.Orchestrator:
		return ref(OrchestratorID)
	case watch.Egress:
		return ref(EgressID(r.K))
	case watch.DeadLetters:
		return getAtt(deadLettersID, "QueueName")
	case watch.FailedExecutions:
		return getAtt(failuresID, "QueueName")
	case watch.ScheduleGroup:
		return ref(scheduleGroupID)
	case watch.NATGateway:
		return ref(numbered(natGatewayID, r.K))
	}
	return ref(StateMachineID)
}

// number is whole where it can be.
func number(f float64) document.Value {
	if whole := int64(f); float64(whole) == f {
		return whole
	}
	return f
}
