package plan

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/gen/watch"
	"github.com/sfngen/sfngen/internal/term/count"
)

// HasAlarms reports whether the stack has alarms.
func (p *Plan) HasAlarms() bool { return p.Operations.Alarms.Topic != "" }

// Watched is the stack as its alarms and its dashboard see it.
func (p *Plan) Watched() watch.Stack {
	level := p.Workflow.LogLevel
	return watch.Stack{
		Name: p.Name, Egresses: p.Egresses, Express: p.Express(), FunctionURL: p.FunctionURL != nil,
		FailedTasksLogged: level == "all" || level == "error", Coordinates: p.Coordinates(), ReadsSecrets: p.ReadsSecrets(),
		NATGateways: p.HasNATGateways(),
		DeadLetters: p.HasTriggers(), FailedExecutions: p.FailureQueue() != "", Schedules: len(p.Schedules) > 0,
		ReservedCallers: p.OrchestratorConcurrency(), ReservedEgress: p.Egress.Concurrency,
		FailurePercent: p.Operations.Alarms.FailurePercent, RateLimitedPercent: p.Operations.Alarms.RateLimitedPercent,
		Prices: p.watchedPrices(),
	}
}

func (p *Plan) watchedPrices() watch.Prices {
	prices := watch.Prices{
		Of: PriceDate, Region: PriceRegion,
		Invocation:     lambdaRequest,
		EgressMs:       gigabytes(p.Egress.Memory) * p.perGBSecond() / 1000,
		OrchestratorMs: gigabytes(p.Operations.OrchestratorMemory) * p.perGBSecond() / 1000,
	}
	if p.Express() {
		prices.Execution, prices.ExecutionMs = expressRequest, expressMemoryGB*expressGBSecond/1000
	} else {
		prices.Transition, prices.FirstTransitions = standardTransition, p.start()+1
	}
	return prices
}

// WatchingView is what it costs a month that a stack is watched, in US dollars, without
// what an account has free.
type WatchingView struct {
	Alarms       []string `json:"alarms,omitempty"` // their names
	AlarmMetrics int      `json:"alarmMetrics,omitempty"`
	LogMetrics   int      `json:"logMetrics,omitempty"`
	Dashboard    string   `json:"dashboard,omitempty"` // its name
	PerMonth     float64  `json:"perMonth"`
}

// Watching is nil for a stack that nothing watches.
func (p *Plan) Watching() *WatchingView {
	if !p.HasAlarms() && !p.Operations.Dashboard {
		return nil
	}
	v := WatchingView{}
	if s := p.Watched(); p.HasAlarms() {
		for _, a := range s.Alarms() {
			v.Alarms = append(v.Alarms, a.Name)
		}
		v.AlarmMetrics, v.LogMetrics, v.PerMonth = s.AlarmMetrics(), len(s.Counted()), s.AlarmCost()
	}
	if p.Operations.Dashboard {
		v.Dashboard = p.Name
		v.PerMonth += watch.DashboardCost
	}
	v.PerMonth = cents(v.PerMonth)
	return &v
}

// WatchingLines say the same to people; none for a stack that nothing watches.
func (p *Plan) WatchingLines() []string {
	v := p.Watching()
	if v == nil {
		return nil
	}
	var lines []string
	if n := len(v.Alarms); n > 0 {
		lines = append(lines, fmt.Sprintf("%s of %s, %s of the logs: %s a month; they tell %s", count.Of(n, "alarm"),
			count.Of(v.AlarmMetrics, "metric"), count.Of(v.LogMetrics, "metric"), dollars(p.Watched().AlarmCost()), p.Operations.Alarms.Topic))
	}
	if v.Dashboard != "" {
		lines = append(lines, fmt.Sprintf("dashboard %s: %s a month (three of an account, of at most 50 metrics, are free)", v.Dashboard,
			dollars(watch.DashboardCost)))
	}
	return lines
}
