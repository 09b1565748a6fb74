package operation

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// An operation is from its first event to the state that it ends in, whoever has
// turned it back; what is before and after it is not told.
func TestEventsOfTheOperation(t *testing.T) {
	const first, done, back, undone = "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"
	type step struct {
		token, status string
		told          bool
	}
	cases := map[string]struct {
		strict     bool
		steps      []step
		superseded bool
	}{
		"its own":       {steps: []step{{"ours", first, true}, {"ours", done, true}}},
		"one before it": {steps: []step{{"theirs", done, false}, {"ours", first, true}}},
		"one after it": {steps: []step{{"ours", first, true}, {"ours", done, true}, {"theirs", first, false},
			{"theirs", done, false}}, superseded: true},
		"one without a token after":  {steps: []step{{"ours", first, true}, {"ours", done, true}, {"", first, false}}, superseded: true},
		"somebody turns it back":     {steps: []step{{"ours", first, true}, {"theirs", back, true}, {"theirs", undone, true}}},
		"an emulator has no tokens":  {steps: []step{{"", first, true}, {"", done, true}}},
		"no token where one must be": {strict: true, steps: []step{{"", first, false}, {"ours", first, true}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := &Watch{Token: "ours", Strict: c.strict}
			for i, s := range c.steps {
				e := types.StackEvent{StackId: aws.String("arn"), PhysicalResourceId: aws.String("arn"), ResourceStatus: types.ResourceStatus(s.status)}
				if s.token != "" {
					e.ClientRequestToken = &s.token
				}
				told := w.isOurs(e)
				if told {
					w.events = append(w.events, e)
				}
				if told != s.told {
					t.Errorf("event %d: told %v", i, told)
				}
			}
			if w.superseded != c.superseded {
				t.Errorf("another has begun: %v", w.superseded)
			}
		})
	}
}
