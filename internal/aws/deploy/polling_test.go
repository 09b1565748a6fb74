package deploy

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
)

// On a terminal the last line says how far it is; it never mixes with the lines
// that stay, and is wiped at the end.
func TestProgressOnATerminal(t *testing.T) {
	w := newRig(t)
	w.session.Terminal, w.session.Paint, w.session.Width = true, true, 59
	d := w.deployment()
	d.Bucket.Name = "zips"
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	const wiped = "\r\x1b[2K"
	text := w.said()
	for _, want := range []string{
		wiped + "00:00  1 of 17 resources done; Ctrl-C stops watching, not …" + wiped + "00:08  Egress1LogGroup ",
		"\x1b[32mcreate complete\x1b[0m\n" + wiped + "00:53  17 of 17 resources done; Ctrl-C stops watching, not…" + wiped +
			"00:56  17 of 17 resources done; Ctrl-C stops watching, not…" + wiped + "deployed acme-orders in ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%q", want, text)
		}
	}
	if broken := regexp.MustCompile(`watching, not ?…[^\r]`).FindString(text); broken != "" {
		t.Errorf("the last line is not wiped before %q", broken)
	}
}

// Throttling and outages are waited out, with longer and longer pauses; what had
// begun goes on meanwhile.
func TestPollingOutlastsAnOutage(t *testing.T) {
	w := newRig(t)
	w.fake.Pace = 100
	failing := 5
	w.fake.Before = func(action string, _ url.Values) *cloudformation.Error {
		if action == "DescribeStackEvents" && len(w.asked) > 0 && w.fake.Stack("acme-orders").Status == "CREATE_IN_PROGRESS" && failing > 0 {
			failing--
			return &cloudformation.Error{Code: "Throttling", Message: "Rate exceeded"}
		}
		return nil
	}
	d := w.deployment()
	d.Bucket.Name = "zips"
	_, err := d.Run(t.Context())
	wantError(t, err, "")
	if n := strings.Count(w.said(), "following the stack: AWS does not answer ("); n != 1 {
		t.Errorf("the outage is reported %d times:\n%s", n, w.said())
	}
	pauses := []time.Duration{3 * time.Second, 6 * time.Second, 12 * time.Second, 24 * time.Second, 30 * time.Second}
	if i := slices.Index(w.slept, 3*time.Second); i < 0 || len(w.slept) < i+5 || !cmp.Equal(pauses, w.slept[i:i+5]) {
		t.Errorf("slept %v, want %v within", w.slept, pauses)
	}
}

// An outage that does not end says that the deployment continues.
func TestPollingGivesUp(t *testing.T) {
	w := newRig(t)
	w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
		if action != "DescribeStacks" || len(w.asked) == 0 {
			return false
		}
		rw.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
	d := w.deployment()
	d.Bucket.Name = "zips"
	_, err := d.Run(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "following the stack: ") || !strings.HasSuffix(err.Error(), "\nthe deployment "+
		"continues in AWS: "+cli+"describe-stack-events"+here+" shows it, and 'sfngen deploy ../../../golden/acme-orders' once more says how "+
		"far it is") {
		t.Errorf("%v", err)
	}
}

// Without permission to read events, the end is still reported.
func TestWithoutEvents(t *testing.T) {
	for _, from := range []int{0, 1} { // looks at events that are allowed
		w := newRig(t)
		w.deployed(nil)
		w.version, w.fake.Pace = "2", 100
		looks := 0
		w.cut = func(rw http.ResponseWriter, r *http.Request, action string) bool {
			if action == "DescribeStacks" {
				w.fake.Advance("acme-orders") // as looks at the events would
			}
			if action != "DescribeStackEvents" {
				return false
			}
			if looks++; looks <= from {
				return false
			}
			rw.WriteHeader(http.StatusForbidden)
			return true
		}
		outcome, err := w.deployment().Run(t.Context())
		wantError(t, err, "")
		if outcome.Status != "UPDATE_COMPLETE" || strings.Count(w.said(), "note: no progress ") != 1 {
			t.Errorf("%+v\n%s", outcome, w.said())
		}
	}
}

// AWS may accept an operation and be slow to show it, or never do.
func TestOperationThatDoesNotShow(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.version = "2"
	w.cut = func(rw http.ResponseWriter, r *http.Request, action string) bool {
		if action != "ExecuteChangeSet" {
			return false
		}
		_, err := rw.Write([]byte(`<ExecuteChangeSetResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">` +
			`<ExecuteChangeSetResult/></ExecuteChangeSetResponse>`))
		if err != nil {
			t.Error(err)
		}
		return true
	}
	_, err := w.deployment().Run(t.Context())
	if !errors.Is(err, operation.ErrNeverBegan) {
		t.Errorf("%v", err)
	}
}

func TestAges(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 40 * time.Second: "40s", 90 * time.Second: "2m", time.Hour + 5*time.Minute: "1h5m", 2 * time.Hour: "2h0m",
	} {
		if got := age(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
