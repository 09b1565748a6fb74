package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/plan"
)

const alarms = "operations: {alarms: {topic: 'arn:aws:sns:eu-central-1:123456789012:on-call'}%s}\n"

// What watching costs: $0.10 for each metric of an alarm, $0.30 for one of the logs, $3 for
// a dashboard (CloudWatch pricing).
func TestWatching(t *testing.T) {
	tests := map[string]struct {
		fields string
		want   []string
		month  float64
	}{
		"nothing": {"retry: {maxAttempts: 2}\n", nil, 0},
		"alarms": {"retry: {maxAttempts: 3}\n" + strings.ReplaceAll(alarms, "%s", ""), []string{
			"8 alarms of 18 metrics, 5 metrics of the logs: $3.30 a month; they tell arn:aws:sns:eu-central-1:123456789012:on-call"}, 3.30},
		"both, of 50": {"retry: {maxAttempts: 50, attemptTimeout: 1s}\nworkflow: {type: standard}\n" +
			strings.ReplaceAll(alarms, "%s", ", dashboard: true"), []string{
			"13 alarms of 66 metrics, 5 metrics of the logs: $8.10 a month; they tell arn:aws:sns:eu-central-1:123456789012:on-call",
			"dashboard acme: $3.00 a month (three of an account, of at most 50 metrics, are free)"}, 11.10},
		"a dashboard": {"retry: {maxAttempts: 2}\noperations: {dashboard: true}\n", []string{
			"dashboard acme: $3.00 a month (three of an account, of at most 50 metrics, are free)"}, 3},
		"no log of the workflow": {"retry: {maxAttempts: 1}\nworkflow: {logLevel: fatal}\n" + strings.ReplaceAll(alarms, "%s", ""), []string{
			"7 alarms of 14 metrics, 4 metrics of the logs: $2.60 a month; they tell arn:aws:sns:eu-central-1:123456789012:on-call"}, 2.60},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := planned(t, "version: 1\nname: acme\nupstream: {url: 'https://api.example'}\n"+test.fields)
			if diff := cmp.Diff(test.want, p.WatchingLines()); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			view := p.View().Watching
			if view == nil {
				view = &plan.WatchingView{}
			}
			if view.PerMonth != test.month {
				t.Errorf("$%.2f a month, want $%.2f", view.PerMonth, test.month)
			}
			if text := p.Text(0, false); len(test.want) > 0 && !strings.Contains(text, test.want[0]+"\n") {
				t.Errorf("the plan does not say it:\n%s", text)
			}
		})
	}
}
