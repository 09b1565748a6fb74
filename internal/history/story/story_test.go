package story_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/runtime/contract"
)

func TestStoryBeginsWithWhatIsCalled(t *testing.T) {
	tests := []struct {
		name     string
		skips    bool
		deadline time.Duration
		want     string
	}{
		{"soon", false, 165 * time.Second, "gives up at 10:02:45 at the latest"},
		{"another day", false, 30 * time.Hour, "gives up at 2026-11-24 16:00:00 at the latest"},
		{"skipping", true, 3 * time.Hour, "gives up after 3h0m0s at the latest"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			now := start
			var out strings.Builder
			s := style(&now)
			s.Skips = test.skips
			story.NewStory(&out, s).Begin("orders", "https://api.example", test.deadline)
			want := "10:00:00.000  orders calls https://api.example, up to 3 attempts, " + test.want + "\n"
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// ended tells of an attempt that failed with this answer.
func ended(r *contract.Response) string {
	f := contract.Failure{
		Reason: "503 Service Unavailable", Final: "status 503 is not retried", Response: r,
		Attempts: []contract.Attempt{{Attempt: 1, Egress: 1, StatusCode: 503}},
	}
	now := start
	var out strings.Builder
	story := story.NewStory(&out, style(&now))
	for _, e := range []event.Event{
		scheduled(0, 1, "orders-egress-1"),
		happened(0, "TaskFailed", event.TaskFailedDetails{Error: contract.ErrRejected, Cause: cause(f)}),
		happened(0, "TaskStateExited", event.StateExitedDetails{}),
	} {
		story.Add(e)
	}
	return out.String()
}

func TestStoryShowsWhatTheUpstreamSaid(t *testing.T) {
	tests := []struct {
		name   string
		answer *contract.Response
		want   string
	}{
		{"nothing", &contract.Response{StatusCode: 503}, ""},
		{"a text that moves the cursor", &contract.Response{StatusCode: 503, Body: "slow\r\n\x1b[2K\u202edown"},
			"  the API said: slow [2K down\n"},
		{"a long text", &contract.Response{StatusCode: 503, Body: strings.Repeat("ü", 2000)}, "  the API said: " + strings.Repeat("ü", 80) +
			"…\n"},
		{"binary", &contract.Response{StatusCode: 503, Body: "AAAA", IsBase64Encoded: true}, ""},
		{"an id", &contract.Response{StatusCode: 503, Headers: map[string][]string{"cf-ray": {"2"}, "request-id": {"req_1\x1b[m"}}},
			"  request-id: req_1 [m\n"},
		{"both", &contract.Response{StatusCode: 503, Body: `{"error":"slow down"}`, Headers: map[string][]string{"cf-ray": {"2"}}},
			"  the API said: {\"error\":\"slow down\"}  cf-ray: 2\n"},
		{"another attempt's answer", &contract.Response{StatusCode: 429, Body: "counted"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := "10:00:00.000  attempt 1/3  egress 1  rejected: 503 Service Unavailable  (0s)\n"
			if test.want != "" {
				want += "10:00:00.000  " + test.want
			}
			want += "10:00:00.000  no attempt follows: status 503 is not retried\n"
			if diff := cmp.Diff(want, ended(test.answer)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestStoryShowsWhereARedirectLeads(t *testing.T) {
	for location, want := range map[string]string{
		"/there":                      "302, to /there",
		"https://a.example/x?sig=a#b": "302, to https://a.example/x?…",
		"https://a.example/\x1b[2J":   "302",
	} {
		text, _ := json.Marshal(contract.Success{Response: contract.Response{StatusCode: 302, Body: "secret",
			Headers: map[string][]string{"location": {location}}}})
		payload, _ := jsonvalue.Parse(text)
		now := start
		var out strings.Builder
		story := story.NewStory(&out, style(&now))
		story.Add(scheduled(0, 1, "orders-egress-1"))
		story.Add(happened(0, "TaskSucceeded",
			event.TaskSucceededDetails{Output: jsonvalue.OfObject(jsonvalue.Member{Name: "Payload", Value: payload})}))
		if diff := cmp.Diff("10:00:00.000  attempt 1/3  egress 1  "+want+"  (0s)\n", out.String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// A line that the terminal breaks could not be wiped.
func TestTerminalLineFitsAndHints(t *testing.T) {
	now := start.Add(10 * time.Second)
	s := style(&now)
	s.Terminal, s.Hint = true, "Ctrl-C stops; --fast skips waits"
	long := limited
	long.WaitSeconds = 120
	failure := jsonvalue.OfObject(jsonvalue.Member{Name: "failure",
		Value: jsonvalue.OfObject(jsonvalue.Member{Name: "Cause", Value: jsonvalue.OfString(cause(long))})})
	for width, want := range map[int]string{
		0:  "1m51s to go  (Ctrl-C stops; --fast skips waits)",
		19: "1m51s to go  (Ctrl…",
	} {
		var out strings.Builder
		s.Width = width
		story := story.NewStory(&out, s)
		for _, e := range failing()[:5] {
			story.Add(e)
		}
		story.Add(happened(time.Second, "WaitStateEntered", event.StateEnteredDetails{Input: failure}))
		if got := out.String(); !strings.HasSuffix(got, "\n\r\x1b[2K"+want) {
			t.Errorf("width %d: got %q, want %q at its end", width, got, want)
		}
	}
}
