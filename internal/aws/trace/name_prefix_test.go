package trace_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/aws/trace"
	"github.com/sfngen/sfngen/internal/fakeaws/logs"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
)

// alike are names of which two begin with the same.
var alike = []string{"9bead3f1-7d0e-4b6a-8f11-2c5d7e9a0b34", "9bead3f2-0000-4000-8000-000000000000",
	"9bead3f2-0000-4000-8000-000000000001", "d80ca473"}

// beginnings are what is given for one of the names above, and what comes of it.
var beginnings = []struct{ given, name, err string }{
	{"9bead3f1", alike[0], ""},
	{"9bead3f1-7d0e", alike[0], ""},
	{alike[0], alike[0], ""},
	{alike[2], alike[2], ""},
	{"d80ca473", "d80ca473", ""},
	{"9bead3f2", "", "9bead3f2 is the beginning of several executions' names, among them " + alike[1] + ", " + alike[2] + ": give more of it"},
	{"9bead3f", "", "; give 8 characters or more, or the whole name"},
	{"9bead3f3", "", "; give the whole name: it has 36 characters, unless another was chosen"},
	{"9bead3f1-7d0e-4b6a-8f11-2c5d7e9a0b35", "", "no execution 9bead3f1-7d0e-4b6a-8f11-2c5d7e9a0b35 "},
}

func TestTheBeginningOfAnExpressName(t *testing.T) {
	for _, level := range []string{"all", "error", "off"} {
		var runs []*run
		r := perform(t, specOf(level, false), bad...)
		for i, name := range alike {
			runs = append(runs, r.shift(time.Duration(i)*time.Minute).named(name))
		}
		logged := groups(t, level, false, runs...)
		delete(logged, "/aws/lambda/orders-egress-2")
		fake := logs.New(logged)
		fake.PageSize, fake.EmptyPages = 2, 1
		checkBeginnings(t, level, source(t, r, start.Add(time.Hour), serving(fake)))
	}
}

func TestTheBeginningOfAStandardName(t *testing.T) {
	r := perform(t, standardSpec(), good...)
	var all []states.Execution
	for _, name := range alike {
		all = append(all, r.named(name).standard())
	}
	service := states.New(all...)
	service.PageSize = 2
	checkBeginnings(t, "standard", source(t, r, r.end(), map[string]http.Handler{"states": service}))
}

func checkBeginnings(t *testing.T, name string, s *trace.Source) {
	t.Helper()
	for _, test := range beginnings {
		t.Run(name+" "+test.given, func(t *testing.T) {
			x, err := s.Execution(t.Context(), test.given, 0)
			switch {
			case test.err == "":
				if err != nil || x.Name != test.name || !strings.Contains(x.ARN, test.name) && x.ARN != "" {
					t.Errorf("%+v, %v; want %s", x, err, test.name)
				}
			case err == nil || !strings.Contains(err.Error(), test.err):
				t.Errorf("got  %v\nwant %s", err, test.err)
			}
		})
	}
}

// TestAChosenNameIsNotSearchedTwice: only what can be the beginning of a UUID is.
func TestAChosenNameIsNotSearchedTwice(t *testing.T) {
	r := perform(t, standardSpec(), good...)
	service := states.New(r.standard())
	_, err := source(t, r, r.end(), map[string]http.Handler{"states": service}).Execution(t.Context(), "nightly-1", 0)
	if calls := service.Calls(); len(calls) != 1 || !errors.As(err, new(*trace.NotFoundError)) {
		t.Errorf("calls %q, error %v", calls, err)
	}
}
