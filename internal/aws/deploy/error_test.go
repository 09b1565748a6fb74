package deploy

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// Every failure is shown alike: what happened, why and what to do in the first line,
// then details, then what to do when all of that is read.
func TestErrorsHaveOneShape(t *testing.T) {
	message := cloud.Message{What: "deploying orders failed", Why: "no\x1b[2J\nsfngen: fine", Do: "fix it"}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"a message": {&Error{Message: message}, "deploying orders failed: no [2J sfngen: fine; fix it"},
		"with details": {&Error{Message: cloud.Message{What: "drift:"}, Details: []string{"  a\nb", "  c"}, Next: "undo\rit"},
			"drift:\n  a b\n  c\nundo it"},
		"what remains": {&RemainsError{Err: &Error{Message: message}, Remains: "the zips\x07 stay"}, "deploying orders failed: no [2J " +
			"sfngen: fine; fix it\nthe zips  stay"},
		"interrupted":     {&RemainsError{Err: context.Canceled, Remains: "nothing was changed"}, "nothing was changed"},
		"another failure": {&RemainsError{Err: errors.New("no disk"), Remains: "nothing was changed"}, "no disk\nnothing was changed"},
	} {
		t.Run(name, func(t *testing.T) { wantError(t, c.err, c.want) })
	}
}

func TestKindOf(t *testing.T) {
	refused := &Error{Kind: Refused}
	for _, err := range []error{refused, remaining(refused, "nothing"), fmt.Errorf("once more: %w", refused)} {
		if got := KindOf(err); got != Refused {
			t.Errorf("%v has the kind %q", err, got)
		}
	}
	for _, err := range []error{nil, context.Canceled, remaining(context.Canceled, "nothing")} {
		if got := KindOf(err); got != "" {
			t.Errorf("%v has the kind %q", err, got)
		}
	}
}
