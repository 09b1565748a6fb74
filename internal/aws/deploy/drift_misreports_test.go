package deploy

import (
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

// Reports that are known to be wrong are notes; what else is reported counts.
func TestDriftThatIsNone(t *testing.T) {
	schedules := []cloudformation.Drift{
		{LogicalID: "ScheduleNightly", Type: typeSchedule, Status: "DELETED"},
		{LogicalID: "ScheduleProbe", Type: typeSchedule, Status: "MODIFIED"},
	}
	retries := []cloudformation.Difference{
		{Path: "/Targets/0/RetryPolicy", Expected: "{}", Type: "REMOVE"},
		{Path: "/Targets/0/DeadLetterConfig/Arn", Expected: "arn:x", Type: "REMOVE"},
	}
	rule := func(more ...cloudformation.Difference) cloudformation.Drift {
		return cloudformation.Drift{LogicalID: "EventOrderPlaced", Type: typeRule, Status: "MODIFIED", Differences: append(more, retries...)}
	}
	const scheduleNote = "note: CloudFormation cannot see schedules outside of the default group; not compared: ScheduleNightly, " +
		"ScheduleProbe\n"
	const ruleNote = "note: CloudFormation does not always see the retries and the dead-letter queue of an event rule; not compared: " +
		"those of EventOrderPlaced\n"
	cases := map[string]struct {
		drifts []cloudformation.Drift
		note   string
		want   string // the error
	}{
		"schedules": {schedules, scheduleNote, ""},
		"a rule":    {[]cloudformation.Drift{rule()}, ruleNote, ""},
		"both":      {append(schedules, rule()), scheduleNote + ruleNote, ""},
		"a rule that was changed, too": {[]cloudformation.Drift{rule(cloudformation.Difference{Path: "/State", Expected: "ENABLED",
			Actual: "DISABLED", Type: "NOT_EQUAL"})}, "",
			refused + "EventOrderPlaced (event rule): State: ENABLED -> DISABLED" + ways},
		"retries that were changed": {[]cloudformation.Drift{{LogicalID: "EventOrderPlaced", Type: typeRule, Status: "MODIFIED",
			Differences: []cloudformation.Difference{
				{Path: "/Targets/0/RetryPolicy/MaximumRetryAttempts", Expected: "185", Actual: "1", Type: "NOT_EQUAL"}}}}, "",
			refused + "EventOrderPlaced (event rule): Targets/0/RetryPolicy/MaximumRetryAttempts: 185 -> 1" + ways},
		"a rule that was deleted": {[]cloudformation.Drift{{LogicalID: "EventOrderPlaced", Type: typeRule, Status: "DELETED"}}, "", refused +
			"EventOrderPlaced (event rule) was deleted" + ways},
		"schedules and another": {append(schedules, cloudformation.Drift{LogicalID: "DeadLetters", Type: typeQueue, Status: "DELETED"}),
			scheduleNote, refused + "DeadLetters (dead-letter queue) was deleted" + ways},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(nil)
			w.fake.Drifts = c.drifts
			_, err := w.deployment().Run(t.Context())
			wantError(t, err, c.want)
			if !strings.Contains(w.said(), "compiling\nlooking for changes made outside of CloudFormation\n"+c.note) ||
				strings.Contains(w.said(), "note: ") != (c.note != "") {
				t.Errorf("no %q in\n%s", c.note, w.said())
			}
			if c.want == "" && !strings.HasSuffix(w.said(), "\nno changes: acme-orders was last deployed with this template and these zips\n") {
				t.Errorf("said\n%s", w.said())
			}
		})
	}
}

// A drift-aware change set would make the schedules that CloudFormation does not
// find, so that it is not offered.
func TestRevertingSchedulesThatAreThereIsRefused(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.fake.Drifts = []cloudformation.Drift{
		{LogicalID: "ScheduleProbe", Type: typeSchedule, Status: "DELETED"},
		{LogicalID: "ScheduleNightly", Type: typeSchedule, Status: "DELETED"},
	}
	w.uploadedBefore("zips")
	d := w.deployment()
	d.Drift = RevertDrift
	_, err := d.Run(t.Context())
	wantError(t, err, "--revert-drift does not work for the stack acme-orders: CloudFormation looks for schedules in the default group "+
		"only, treats ScheduleNightly and ScheduleProbe as deleted, and would create what already exists; "+
		"undo by hand what was changed, or deploy with --drifted\nnothing was changed: the change set is deleted")
	if KindOf(err) != misread || len(w.asked) > 0 || len(w.fake.ChangeSets()) > 0 {
		t.Errorf("%#v; asked %v, change sets %v", err, w.asked, w.fake.ChangeSets())
	}
}

// Other drift is reverted, and shown with what it was.
func TestDriftIsReverted(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.fake.Pace, w.fake.Drifts = 100, drifts()
	d := w.deployment()
	d.Drift = RevertDrift
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	for _, want := range []string{
		"  + StateMachineLogGroup  log group of the workflow  was deleted outside of CloudFormation: created again\n",
		"  ~ Egress1               Lambda of egress 1         was changed outside of CloudFormation: reverted to the template; MemorySize " +
			"512 -> 128, ",
		"\n3 changes: 1 created, 2 updated\n",
	} {
		if !strings.Contains(w.said(), want) {
			t.Errorf("no %q in\n%s", want, w.said())
		}
	}
}
