package watch

// Prices are those of the dashboard's estimate, in US dollars.
type Prices struct {
	Transition       float64 // of a standard workflow
	FirstTransitions int     // of an execution whose first attempt works
	Execution        float64 // of an express workflow
	ExecutionMs      float64 // a millisecond of one
	Invocation       float64 // of a Lambda
	EgressMs         float64 // a millisecond of an egress
	OrchestratorMs   float64

	Of, Region string // when and where they were, for a title: 2026-11, us-east-1
}

// Cost of watching, in US dollars a month (CloudWatch pricing, us-east-1): each alarm by the
// metrics that it computes from, each metric of the logs, a dashboard. What an account has
// free of it is not deducted.
const (
	alarmMetricMonth = 0.10
	logMetricMonth   = 0.30
	DashboardCost    = 3.00
)

// AlarmMetrics are how many metrics all alarms compute from.
func (s Stack) AlarmMetrics() int {
	n := 0
	for _, a := range s.Alarms() {
		n += len(a.Metrics)
	}
	return n
}

// AlarmCost is that of the alarms and of the metrics that they need, a month.
func (s Stack) AlarmCost() float64 {
	return float64(s.AlarmMetrics())*alarmMetricMonth + float64(len(s.Counted()))*logMetricMonth
}
