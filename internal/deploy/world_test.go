package deploy

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/artifacts"
	"github.com/sfngen/sfngen/internal/cfn"
	"github.com/sfngen/sfngen/internal/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/lambda"
	"github.com/sfngen/sfngen/internal/fakeaws/s3"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
	"github.com/sfngen/sfngen/internal/pack"
	"github.com/sfngen/sfngen/internal/stack"
)

const golden = "../../golden/acme-orders"

// world is a CloudFormation, a bucket and a clock, and a person who answers.
type world struct {
	t     *testing.T
	fake  *cloudformation.Fake
	store *store
	// What runs, however it was deployed.
	functions *lambda.Service
	machines  *states.Service
	buckets   *s3.Server

	out     bytes.Buffer
	now     time.Time
	drawn   uint32 // the last random number
	version string // of the Lambdas' code
	answer  bool
	asked   []string
	session Session
	folder  *stack.Folder
	slept   []time.Duration

	// cut runs before the fake sees an action, and may answer itself: true.
	cut func(w http.ResponseWriter, r *http.Request, action string) bool
	// lost lets the fake act, but its answer gets lost.
	lost func(action string) bool
}

// ServeHTTP is the fake, behind what a test puts in between.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		w.t.Error(err)
	}
	action := r.Form.Get("Action")
	if w.cut != nil && w.cut(rw, r, action) {
		return
	}
	if w.lost != nil && w.lost(action) {
		w.fake.ServeHTTP(httptest.NewRecorder(), r)
		rw.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.fake.ServeHTTP(rw, r)
}

// interrupt is Ctrl-C while AWS works on the n-th request for an action. What
// changes nothing is cut off; what does is answered.
func (w *world) interrupt(action string, n int) context.Context {
	ctx, cancel := context.WithCancel(w.t.Context())
	seen := 0
	w.cut = func(_ http.ResponseWriter, r *http.Request, a string) bool {
		if a != action {
			return false
		}
		if seen++; seen != n {
			return false
		}
		cancel()
		if changesSomething(action) {
			return false
		}
		<-r.Context().Done() // the client has gone
		return true
	}
	return ctx
}

func changesSomething(action string) bool {
	return !strings.HasPrefix(action, "Describe") && !strings.HasPrefix(action, "List") && !strings.HasPrefix(action, "Get")
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, fake: &cloudformation.Fake{}, store: &store{has: map[string]string{}}, now: time.Date(2026, 11, 24, 10, 30, 0, 0, time.UTC), version: "1", answer: true}
	w.functions, w.machines, w.buckets = lambda.New(nil), states.New(), s3.New(fakeaws.Account)
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": w, "lambda": w.functions, "states": w.machines, "s3": w.buckets})
	cl, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.session = Session{
		Cloud: cl, Out: &w.out, Now: func() time.Time { return w.now },
		Random: func() uint32 { w.drawn++; return w.drawn },
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.slept = append(w.slept, d)
			w.now = w.now.Add(d)
			return ctx.Err()
		},
		Confirm: func(_ context.Context, question string) (bool, error) {
			w.asked = append(w.asked, question)
			return w.answer, nil
		},
	}
	if w.folder, err = stack.Open(golden); err != nil {
		t.Fatal(err)
	}
	return w
}

// template is the golden one with some text replaced, in pairs.
func template(t *testing.T, replaced ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(golden, stack.TemplateFile))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(replaced); i += 2 {
		if !strings.Contains(string(text), replaced[i]) {
			t.Fatalf("no %q in the template", replaced[i])
		}
	}
	return strings.NewReplacer(replaced...).Replace(string(text))
}

// deployed puts the stack there as an earlier deployment has left it.
func (w *world) deployed(change func(*cloudformation.Stack), replaced ...string) *cloudformation.Stack {
	s := cloudformation.Stack{
		Name: "acme-orders", Status: "CREATE_COMPLETE", Template: template(w.t, replaced...),
		Parameters: []cloudformation.Pair{
			{Key: "ArtifactBucket", Value: "zips"},
			{Key: "EgressKey", Value: w.artifact("egress").Key("acme-orders")},
			{Key: "OrchestratorKey", Value: w.artifact("orchestrator").Key("acme-orders")},
		},
		Tags: []cloudformation.Pair{{Key: "sfngen:spec", Value: "acme-orders"}},
	}
	w.run(s.Template)
	if change != nil {
		change(&s)
	}
	return w.fake.Put(s)
}

const machineARN = "arn:aws:states:eu-central-1:123456789012:stateMachine:acme-orders"

// run puts there what CloudFormation made of a template.
func (w *world) run(template string) {
	w.t.Helper()
	made, err := cfn.Read([]byte(template))
	if err != nil {
		w.t.Fatal(err)
	}
	w.functions.Code = map[string]string{made.Orchestrator: w.codeHash()}
	for _, name := range made.Egresses {
		w.functions.Code[name] = w.codeHash()
	}
	text, err := os.ReadFile(filepath.Join(golden, "statemachine.asl.json"))
	if err != nil {
		w.t.Fatal(err)
	}
	definition := string(text)
	for k, name := range made.Egresses {
		definition = strings.ReplaceAll(definition, fmt.Sprintf("${Egress%dArn}", k+1), "arn:aws:lambda:eu-central-1:123456789012:function:"+name)
	}
	w.machines.Definitions = map[string]string{machineARN: definition}
}

// codeHash is what Lambda tells of the zips.
func (w *world) codeHash() string { return inBase64(w.t, w.artifact("").SHA256) }

func inBase64(t *testing.T, hash string) string {
	t.Helper()
	sum, err := hex.DecodeString(hash)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(sum)
}

func (w *world) artifact(name string) pack.Artifact {
	hash := strings.Repeat(w.version, 64)
	return pack.Artifact{Lambda: name, SHA256: hash, Size: 6_100_000}
}

func (w *world) deployment() *Deployment {
	return &Deployment{
		Session: w.session, Folder: w.folder, Name: "acme-orders", Bucket: BucketChoice{Default: "made-up"},
		Pack: func(_ context.Context, progress func(string)) ([]pack.Artifact, error) {
			progress("compiling")
			var all []pack.Artifact
			for _, name := range []string{"egress", "orchestrator"} {
				a := w.artifact(name)
				a.File = filepath.Join(w.t.TempDir(), name+".zip")
				if err := os.WriteFile(a.File, []byte(name+w.version), 0o666); err != nil {
					return nil, err
				}
				all = append(all, a)
			}
			return all, nil
		},
		OpenStore: func(_ context.Context, b BucketChoice) (Store, bool, error) {
			w.store.opened = append(w.store.opened, fmt.Sprintf("%s create=%v owner=%s", b.Name, b.Create, b.Owner))
			return w.store.open(b)
		},
	}
}

// said is what was told, without what it always begins with.
func (w *world) said() string {
	return strings.Replace(w.out.String(), "stack acme-orders in eu-central-1 of account 123456789012, as "+fakeaws.Caller+"\n", "", 1)
}

func (w *world) wantSaid(want string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.said()); diff != "" {
		w.t.Errorf("said (-want +got)\n%s", diff)
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("error (-want +got)\n%s", diff)
	}
}

// store is a bucket.
type store struct {
	has     map[string]string
	opened  []string
	missing bool  // until it is made
	refused error // why it cannot be opened
	full    error // why nothing can be put into it
}

func (s *store) open(b BucketChoice) (Store, bool, error) {
	made := s.missing && b.Create
	switch {
	case s.refused != nil:
		return nil, false, s.refused
	case s.missing && !made:
		return nil, false, &artifacts.MissingError{Bucket: b.Name, Region: fakeaws.Region}
	}
	s.missing = false
	return s, made, nil
}

func (s *store) Put(_ context.Context, key string, content io.ReadSeeker, _ int64, _ string) (bool, error) {
	if _, there := s.has[key]; there {
		return false, nil
	}
	if s.full != nil {
		return false, s.full
	}
	text, err := io.ReadAll(content)
	s.has[key] = string(text)
	return true, err
}

func (s *store) URL(key string) string { return "https://zips.s3.eu-central-1.amazonaws.com/" + key }
