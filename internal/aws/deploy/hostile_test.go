package deploy

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// evil is what somebody may have put where a deployment reads it: it clears the
// screen, turns the writing and begins a line that looks like sfngen's.
const evil = "x\nsfngen: all is well\r\u009b2J\u202eevil\u2028Z\x7f"

// visible is what is left of it in a line, and inWords in one of words.
const (
	visible = "x sfngen: all is well  2J evil Z "
	inWords = "x sfngen: all is well 2J evil Z"
)

// TestWhatOthersSayIsShownAsText: values, reasons and ids stay in their line and act
// on no terminal, wherever they come in.
func TestWhatOthersSayIsShownAsText(t *testing.T) {
	for name, test := range map[string]struct {
		arrange func(*rig)
		want    []string // in the error, or in what is said
	}{
		"a value changed by hand": {func(w *rig) {
			w.fake.Drifts = []cloudformation.Drift{
				{LogicalID: "Egress1", Type: typeLambda, Status: "MODIFIED", Differences: []cloudformation.Difference{
					{Path: "/Environment/Variables/A", Expected: "1", Actual: evil, Type: "NOT_EQUAL"}, {Path: "/" + evil, Expected: "1",
						Type: "REMOVE"}}},
				{LogicalID: evil, Type: evil, Status: "DELETED"},
			}
		}, []string{
			"Egress1 (Lambda of egress 1): Environment/Variables/A: 1 -> " + visible + "\n",
			"Egress1 (Lambda of egress 1): " + visible + ": removed, was 1\n", visible + " (" + visible + ") was deleted\n",
		}},
		"why drift cannot be told": {func(w *rig) { w.fake.DriftFailure = evil }, []string{"drift is not known: " + visible + "\n"}},
		"why a resource failed": {func(w *rig) { w.fake.Fails = map[string]string{"Egress1": evil} },
			[]string{"update failed: " + inWords + "\n", "failed at Egress1 (Lambda of egress 1): " + inWords + "\n"}},
		"why a change set is refused": {func(w *rig) { w.fake.RefuseChangeSet = evil }, []string{"CloudFormation refuses this deployment of " +
			"acme-orders: " + inWords + "\n"}},
		"what a validation finds": {func(w *rig) {
			w.fake.RefuseChangeSet, w.fake.Validations = "validation failed", map[string]string{"Egress1": evil}
		}, []string{"\n  Egress1 (Lambda of egress 1): " + visible + "\n"}},
		"a bucket": {func(w *rig) { w.deployed(func(s *cloudformation.Stack) { s.Parameters[0].Value = evil }) }, []string{`--bucket ` +
			`"x\nsfngen: all is well`}},
		"a state": {func(w *rig) { w.deployed(func(s *cloudformation.Stack) { s.Status = evil }) },
			[]string{"the stack acme-orders is in " + visible + ": sfngen does not know"}},
		"change sets of another tool": {func(w *rig) {
			s := w.deployed(func(s *cloudformation.Stack) { s.Status = "REVIEW_IN_PROGRESS" })
			w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
				return action == "ListChangeSets" && w.answerXML(rw, 200, `<ListChangeSetsResponse><ListChangeSetsResult><Summaries><member>`+
					`<StackId>%s</StackId><ChangeSetName>x&#10;&#x9b;2J&#x202e;</ChangeSetName></member></Summaries></ListChangeSetsResult>`+
					`</ListChangeSetsResponse>`,
					s.ID)
			}
		}, []string{"1 change set that sfngen did not create (x  2J )"}},
		"why a call is refused": {func(w *rig) {
			w.fake.Before = refuse("CreateChangeSet", &cloudformation.Error{Status: 400, Code: "ValidationError", Message: "x\n\u009b2J\u202eevil"})
		}, []string{"ValidationError: x  2J evil"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(nil)
			w.version = "2"
			test.arrange(w)
			_, err := w.deployment().Run(t.Context())
			got := w.out.String()
			if err != nil {
				got += cloud.Explain(err).Error() + "\n"
			}
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in\n%q", want, got)
				}
			}
			if printable.Lines(got) != got || strings.Contains(got, "\nsfngen: all is well") {
				t.Errorf("it acts on a terminal: %q", got)
			}
		})
	}
}

// TestOutputsAreShownAsText; JSON has its own way to write what is not seen, and
// keeps the value.
func TestOutputsAreShownAsText(t *testing.T) {
	var text, record bytes.Buffer
	o := Outcome{Outputs: map[string]string{"FunctionUrl": evil}}
	wantError(t, o.Write(&text), "")
	wantError(t, o.WriteJSON(&record), "")
	if want := "FunctionUrl  " + visible + "\n"; text.String() != want {
		t.Errorf("got %q, want %q", text.String(), want)
	}
	var back struct{ Outputs map[string]string }
	if err := json.Unmarshal(record.Bytes(), &back); err != nil || back.Outputs["FunctionUrl"] != evil {
		t.Errorf("JSON has %q (%v)", back.Outputs["FunctionUrl"], err)
	}
}

// TestResourcesToSkipAreQuoted: the ids are in a command to copy and paste.
func TestResourcesToSkipAreQuoted(t *testing.T) {
	if got, want := (situation{fails: []operation.Failed{{ID: "Egress1"},
		{ID: "x; rm -rf ~"}}}).skip(), " Egress1 'x; rm -rf ~'"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
