package watch_test

import (
	"fmt"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/watch"
	"github.com/sfngen/sfngen/runtime/contract"
)

// orders is a stack with all that can be watched.
func orders(egresses int) watch.Stack {
	return watch.Stack{
		Name: "orders", Egresses: egresses, FunctionURL: true, FailedTasksLogged: true, Coordinates: true, ReadsSecrets: true, NATGateways: true,
		DeadLetters: true, FailedExecutions: true, Schedules: true, ReservedCallers: 10, ReservedEgress: 5,
		FailurePercent: 5, RateLimitedPercent: 50,
	}
}

// minute is what CloudWatch has of one; a metric that is not in it has no data.
type minute map[string]float64

// key is the metric's name, and whose it is where there are several.
func key(m watch.Metric) string {
	if m.Of.K > 0 {
		return fmt.Sprintf("%s %d", m.Name, m.Of.K)
	}
	if m.Namespace == "AWS/SQS" {
		return map[watch.Kind]string{watch.DeadLetters: "dead letters", watch.FailedExecutions: "failed executions"}[m.Of.Kind]
	}
	return m.Name
}

// span adds the minutes up that begin at from, or takes the highest.
func span(m watch.Metric, minutes []minute) float64 {
	value := missing
	for _, at := range minutes {
		switch v, has := at[key(m)]; {
		case !has:
		case math.IsNaN(value):
			value = v
		case m.Stat == "Maximum":
			value = max(value, v)
		default:
			value += v
		}
	}
	return value
}

// fires reports whether the alarm is on at the end of any minute.
func fires(t *testing.T, a watch.Alarm, minutes []minute) bool {
	t.Helper()
	length := a.Span / 60
	for end := length; end <= len(minutes); end++ {
		breaching := 0
		for n := range a.Spans {
			from := end - (n+1)*length
			if from < 0 {
				break
			}
			if v := value(t, a, minutes[from:from+length]); v > a.Threshold { // not where it is missing
				breaching++
			}
		}
		if breaching >= a.Breaching {
			return true
		}
	}
	return false
}

// value is what the alarm watches, of one span.
func value(t *testing.T, a watch.Alarm, minutes []minute) float64 {
	t.Helper()
	values, last := map[string]float64{}, missing
	for _, m := range a.Metrics {
		last = span(m, minutes)
		values[m.ID] = last
	}
	for _, e := range a.Expressions {
		v, err := compute(e.Text, values)
		if err != nil {
			t.Fatal(err)
		}
		values[e.ID], last = v, v
	}
	return last
}

// lasting repeats a minute.
func lasting(minutes int, m minute) []minute { return slices.Repeat([]minute{m}, minutes) }

// every has the minute once in so many, and nothing happens in between.
func every(of, times int, m minute) []minute {
	var all []minute
	for range times {
		all = append(all, m)
		all = append(all, lasting(of-1, minute{})...)
	}
	return all
}

// works is a minute in which everything does.
func works(requests float64) minute {
	return minute{
		"ExecutionsStarted": requests, "ExecutionsSucceeded": requests, "Invocations": requests,
		watch.Attempts: requests, watch.RateLimitedAttempts: 0, watch.OwnFaults: 0, watch.UnsentAttempts: 0, watch.DeadAttempts: 0,
		"Errors": 0, "Throttles": 0,
	}
}

func (m minute) with(changes minute) minute {
	out := maps.Clone(m)
	maps.Copy(out, changes)
	return out
}

func TestAlarmsFire(t *testing.T) {
	quiet := lasting(60, works(3))
	tests := map[string]struct {
		minutes []minute
		want    string // names without the stack's
	}{
		"nothing happens":  {lasting(120, minute{}), ""},
		"everything works": {lasting(120, works(1000)), ""},
		"1 failure of 1 at night": {slices.Concat(lasting(60, minute{}), lasting(1, minute{"ExecutionsStarted": 1, "ExecutionsFailed": 1,
			watch.Attempts: 3, watch.RateLimitedAttempts: 0}), lasting(60, minute{})), ""},
		"1 failure at night that a queue keeps": {slices.Concat(lasting(1, minute{"ExecutionsStarted": 1, "ExecutionsFailed": 1}),
			lasting(10, minute{"failed executions": 1})), "failed-executions"},
		"6 % of 1000": {lasting(15, works(1000).with(minute{"ExecutionsSucceeded": 940, "ExecutionsFailed": 60})), "failed"},
		"4 % of 1000": {lasting(60, works(1000).with(minute{"ExecutionsSucceeded": 960, "ExecutionsFailed": 40})), ""},
		"6 % of 1000, for three minutes": {slices.Concat(quiet, lasting(3, works(1000).with(minute{"ExecutionsSucceeded": 940,
			"ExecutionsFailed": 60})), quiet), ""},
		"3 % fail and 3 % time out": {lasting(30, works(1000).with(minute{"ExecutionsSucceeded": 940, "ExecutionsFailed": 30,
			"ExecutionsTimedOut": 30})), "failed timed-out"},
		"two of thirty fail in each span, which says little": {slices.Repeat([]minute{works(10).with(minute{"ExecutionsSucceeded": 8,
			"ExecutionsFailed": 2}), works(10), works(10)}, 20), ""},
		"1 in 50 fails, of one a minute":              {failing(50, 240), ""},
		"all fail, of one in ten minutes":             {every(10, 6, minute{"ExecutionsStarted": 1, "ExecutionsFailed": 1}), "failed"},
		"all fail, of one an hour":                    {every(60, 6, minute{"ExecutionsStarted": 1, "ExecutionsFailed": 1}), ""},
		"executions end long after they have started": {lasting(30, minute{"ExecutionsFailed": 5}), "failed"},
		"a pool that is answered 429, always": {lasting(20, minute{"ExecutionsStarted": 100, "ExecutionsFailed": 100, "Invocations": 100,
			watch.Attempts: 300, watch.RateLimitedAttempts: 300}), "failed rate-limited"},
		"every second attempt is, and then it works": {lasting(30, works(100).with(minute{watch.Attempts: 200,
			watch.RateLimitedAttempts: 99})), ""},
		"three of four are, and then it works": {lasting(30, works(100).with(minute{watch.Attempts: 400,
			watch.RateLimitedAttempts: 300})), "rate-limited"},
		"a limit for a moment": {slices.Concat(quiet, lasting(5, works(100).with(minute{watch.Attempts: 400,
			watch.RateLimitedAttempts: 300})), quiet), ""},
		"a limit, of one attempt a minute": {lasting(120, minute{watch.Attempts: 1, watch.RateLimitedAttempts: 1}), ""},
		"one crashing egress of five":      {lasting(30, works(1000).with(minute{watch.DeadAttempts: 200})), "egress-dies"},
		"it is the only one that is called": {lasting(30, minute{"ExecutionsStarted": 10, "ExecutionsFailed": 10, "Invocations": 10,
			watch.DeadAttempts: 30, watch.OwnFaults: 10}), "egress-dies failed own-faults"},
		"one crashing egress of five, of one request in five minutes": {every(25, 6, works(0).with(minute{watch.Attempts: 1,
			watch.DeadAttempts: 1})), "egress-dies"},
		"one egress of five without a way out": {lasting(30, works(100).with(minute{watch.Attempts: 120, watch.UnsentAttempts: 20})),
			"egress-cut-off"},
		"one egress of five without a way out, of one request in five minutes": {every(25, 6, works(1).with(minute{watch.Attempts: 2,
			watch.UnsentAttempts: 1})), "egress-cut-off"},
		"one connection of twenty fails":    {lasting(120, works(100).with(minute{watch.Attempts: 105, watch.UnsentAttempts: 5})), ""},
		"a connection fails once":           {slices.Concat(quiet, lasting(1, works(3).with(minute{watch.UnsentAttempts: 1})), quiet), ""},
		"one egress crashes once":           {slices.Concat(quiet, lasting(1, works(3).with(minute{watch.DeadAttempts: 1})), quiet), ""},
		"AWS fails one attempt of 100,000":  {lasting(120, works(100_000).with(minute{watch.DeadAttempts: 1})), ""},
		"the orchestrator is misconfigured": {lasting(15, minute{"Invocations": 10, watch.OwnFaults: 10, "Errors": 0}), "own-faults"},
		"the orchestrator crashes":          {lasting(15, minute{"Invocations": 10, "Errors": 10}), "own-faults"},
		"the orchestrator crashes once":     {slices.Concat(quiet, lasting(1, works(3).with(minute{"Errors": 1})), quiet), ""},
		"AWS fails one request of 100,000":  {lasting(120, works(100_000).with(minute{watch.OwnFaults: 1})), ""},
		"Lambda throttles callers":          {lasting(15, works(1000).with(minute{"Throttles": 5})), "callers-throttled"},
		"Lambda throttles for a moment":     {slices.Concat(quiet, lasting(1, works(1000).with(minute{"Throttles": 5})), quiet), ""},
		"Lambda throttles egress 4":         {lasting(15, works(1000).with(minute{"Throttles 4": 5})), "egress-throttled"},
		"Step Functions throttles":          {lasting(15, works(1000).with(minute{"ExecutionThrottled": 5})), "workflow-throttled"},
		"a gateway has no ports":            {lasting(15, works(1000).with(minute{"ErrorPortAllocation 2": 5})), "no-ports"},
		"the deadline, of three an hour": {every(20, 3, minute{"ExecutionsStarted": 1, "ExecutionsSucceeded": 1,
			"ExecutionsTimedOut": 1}), "timed-out"},
		"the deadline, once": {slices.Concat(quiet, lasting(1, works(30).with(minute{"ExecutionsSucceeded": 29,
			"ExecutionsTimedOut": 1})), quiet),
			""},
		"a dead letter":           {lasting(5, minute{"dead letters": 1}), "dead-letters"},
		"the queues are empty":    {lasting(5, minute{"dead letters": 0, "failed executions": 0}), ""},
		"a schedule that is lost": {lasting(5, minute{"InvocationsFailedToBeSentToDeadLetterCount": 1}), "lost-schedules"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, a := range orders(5).Alarms() {
				if fires(t, a, test.minutes) {
					got = append(got, strings.TrimPrefix(a.Name, "orders-"))
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("alarms that are on (-want +got):\n%s", diff)
			}
		})
	}
}

// failing has one request a minute, of which one in so many fails.
func failing(in, minutes int) []minute {
	var all []minute
	for n := range minutes {
		if n%in == 0 {
			all = append(all, minute{"ExecutionsStarted": 1, "ExecutionsFailed": 1})
			continue
		}
		all = append(all, works(1))
	}
	return all
}

// The limits of CloudWatch: 10 metrics and 10 expressions of an alarm, 1,024 characters of
// a description, a day of spans, 1,024 characters of an expression.
func TestAlarmsFitCloudWatch(t *testing.T) {
	id := regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)
	for _, egresses := range []int{1, 3, 5, 10, 11, 50} {
		names := map[string]bool{}
		stack := orders(egresses)
		stack.Name = "a" + strings.Repeat("-", 30) + "z" // none may be longer
		for _, a := range stack.Alarms() {
			if names[a.Name] || names[a.ID] {
				t.Errorf("%d egresses: two are named %s or %s", egresses, a.Name, a.ID)
			}
			names[a.Name], names[a.ID] = true, true
			if len(a.Metrics) > 10 || len(a.Expressions) > 10 || len(a.Description) > 1024 || a.Span*a.Spans > 24*60*60 {
				t.Errorf("%d egresses: %s: %d metrics, %d expressions, %d characters, %d s", egresses, a.Name, len(a.Metrics),
					len(a.Expressions), len(a.Description), a.Span*a.Spans)
			}
			if len(a.Expressions) == 0 && len(a.Metrics) != 1 {
				t.Errorf("%s has %d metrics and no expression", a.Name, len(a.Metrics))
			}
			for _, e := range a.Expressions {
				if !id.MatchString(e.ID) || len(e.Text) > 1024 {
					t.Errorf("%s: %s", a.Name, e.ID)
				}
			}
			for _, m := range a.Metrics {
				if len(a.Expressions) > 0 != id.MatchString(m.ID) {
					t.Errorf("%s: the id %q", a.Name, m.ID)
				}
			}
		}
	}
}

// Each text says what to look at, and where the rest stands.
func TestAlarmsSayWhatToDo(t *testing.T) {
	command := regexp.MustCompile(`^Look: .*(sfngen (trace|probe|status|pool|redrive|deploy) orders|aws lambda|aws logs|metric)`)
	for _, a := range orders(3).Alarms() {
		parts := strings.Split(a.Description, "\n")
		if len(parts) < 4 || !strings.Contains(parts[0], "orders") || !command.MatchString(parts[len(parts)-2]) ||
			!strings.HasPrefix(parts[len(parts)-1], "Do: ") {
			t.Errorf("%s says:\n%s", a.Name, a.Description)
		}
	}
}

// Whoever is woken has no folder of sfngen's: each text links to a heading of the page, or
// says all that there is.
func TestAlarmsLinkToThePage(t *testing.T) {
	page, err := os.ReadFile("../../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	anchors := map[string]bool{}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(string(page), -1) {
		anchors[strings.ReplaceAll(regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(heading[1]), ""), " ", "-")] = true
	}
	link := regexp.MustCompile(regexp.QuoteMeta(contract.OperationsPage) + `#([a-z0-9-]+)`)
	for _, a := range orders(3).Alarms() {
		for _, found := range link.FindAllStringSubmatch(a.Description, -1) {
			if !anchors[found[1]] {
				t.Errorf("%s links to %s, which is not there", a.Name, found[0])
			}
		}
		if rest := link.ReplaceAllString(a.Description, ""); strings.Contains(rest, "docs/") {
			t.Errorf("%s names a page that is not on the reader's machine:\n%s", a.Name, rest)
		}
	}
}

// A pool that grows gets alarms, and keeps those that it has.
func TestAlarmsOfALargePool(t *testing.T) {
	var got []string
	for _, a := range orders(12).Alarms() {
		if strings.Contains(a.ID, "Throttled") || strings.Contains(a.ID, "Ports") {
			got = append(got, fmt.Sprintf("%s %s %d", a.ID, a.Name, len(a.Metrics)))
		}
	}
	want := []string{
		"CallersThrottled orders-callers-throttled 1",
		"EgressThrottled1 orders-egress-throttled 10", "EgressThrottled2 orders-egress-throttled-from-11 2",
		"WorkflowThrottled orders-workflow-throttled 1",
		"NoPorts1 orders-no-ports 10", "NoPorts2 orders-no-ports-from-11 2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("alarms (-want +got):\n%s", diff)
	}
}

func TestAlarmsThatAStackHasNot(t *testing.T) {
	var got []string
	for _, a := range (watch.Stack{Name: "a", Egresses: 1, Express: true, FailurePercent: 5, RateLimitedPercent: 50}).Alarms() {
		got = append(got, a.Name)
	}
	want := []string{"a-failed", "a-own-faults", "a-egress-cut-off", "a-rate-limited", "a-timed-out",
		"a-callers-throttled", "a-egress-throttled"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("alarms (-want +got):\n%s", diff)
	}
}
