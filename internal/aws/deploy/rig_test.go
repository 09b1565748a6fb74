package deploy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/kms"
	"github.com/sfngen/sfngen/internal/fakeaws/lambda"
	"github.com/sfngen/sfngen/internal/fakeaws/s3"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// What an error of AWS ends with.
const (
	policyPage = "https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs"
	request    = " (request b9b4b068-3a41-11e5-94eb-example)" // the fake's
)

const golden = "../../../golden/acme-orders"

// rig is a CloudFormation, an S3 and a clock, and a person who answers.
type rig struct {
	t    *testing.T
	fake *cloudformation.Fake
	// What runs, however it was deployed.
	functions *lambda.Service
	machines  *states.Service
	buckets   *s3.Server
	keys      kms.Service

	out     bytes.Buffer
	now     time.Time
	drawn   uint32 // the last random number
	version string // of the Lambdas' code
	answer  bool
	asked   []string
	session Session
	folder  *folder.Folder
	slept   []time.Duration

	// serving is held while a request is served: a client that gives one up may send the
	// next one before the first is done, and what a test puts in between counts them.
	serving sync.Mutex

	// cut runs before the fake sees an action, and may answer itself: true.
	cut func(w http.ResponseWriter, r *http.Request, action string) bool
	// lost lets the fake act, but its answer gets lost.
	lost func(action string) bool
	// toS3 runs before S3 sees a request.
	toS3 func(r *http.Request)
}

// ServeHTTP is the fake, behind what a test puts in between.
func (w *rig) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.serving.Lock()
	defer w.serving.Unlock()
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

// meanwhile is for calls that others make while a request is served.
func (w *rig) meanwhile(call func()) {
	w.serving.Unlock()
	defer w.serving.Lock()
	call()
}

// interrupt is Ctrl-C while AWS works on the n-th request for an action. What
// changes nothing is cut off; what does is answered.
func (w *rig) interrupt(action string, n int) context.Context {
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
		<-r.Context().Done() // the client is gone
		return true
	}
	return ctx
}

func changesSomething(action string) bool {
	return !strings.HasPrefix(action, "Describe") && !strings.HasPrefix(action, "List") && !strings.HasPrefix(action, "Get")
}

func newRig(t *testing.T) *rig {
	t.Helper()
	w := &rig{t: t, fake: &cloudformation.Fake{}, now: time.Date(2026, 11, 24, 10, 30, 0, 0, time.UTC), version: "1", answer: true}
	w.functions, w.machines, w.buckets = lambda.New(nil), states.New(), s3.New(fakeaws.Account)
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": w, "lambda": w.functions, "states": w.machines,
		"s3": http.HandlerFunc(w.serveS3), "kms": &w.keys})
	w.addBuckets("zips", own)
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
	if w.folder, err = folder.Open(golden); err != nil {
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
func (w *rig) deployed(change func(*cloudformation.Stack), replaced ...string) *cloudformation.Stack {
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
func (w *rig) run(template string) {
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

// codeHash is what Lambda reports of the zips.
func (w *rig) codeHash() string { return inBase64(w.t, w.artifact("").SHA256) }

func inBase64(t *testing.T, hash string) string {
	t.Helper()
	sum, err := hex.DecodeString(hash)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(sum)
}

func (w *rig) artifact(name string) pack.Artifact {
	content := w.zip()
	return pack.Artifact{Lambda: name, SHA256: fmt.Sprintf("%x", sha256.Sum256(content)), Size: int64(len(content))}
}

// zip is what each Lambda's is, as if they had the same code.
func (w *rig) zip() []byte { return bytes.Repeat([]byte("zip "+w.version), 20_000) }

// The zips of version 1.
const (
	egressKey       = "acme-orders/egress-2b588f831337f4c1.zip"
	orchestratorKey = "acme-orders/orchestrator-2b588f831337f4c1.zip"
)

// own is the account's bucket.
const own = "sfngen-artifacts-123456789012-eu-central-1"

func (w *rig) addBuckets(names ...string) {
	for _, name := range names {
		w.buckets.Add(name, s3.Bucket{Owner: fakeaws.Account, Region: fakeaws.Region})
	}
}

// removeBuckets leaves S3 without any.
func (w *rig) removeBuckets() {
	w.buckets.Remove("zips")
	w.buckets.Remove(own)
}

// uploaded are the keys of all that is in them.
func (w *rig) uploaded() []string { return append(w.buckets.Keys("zips"), w.buckets.Keys(own)...) }

// uploadedBefore puts the zips into a bucket.
func (w *rig) uploadedBefore(bucket string) {
	for _, key := range []string{egressKey, orchestratorKey} {
		w.buckets.Put(bucket, key, s3.Object{Body: w.zip(), SHA256: w.codeHash()})
	}
}

func (w *rig) serveS3(rw http.ResponseWriter, r *http.Request) {
	if w.toS3 != nil {
		w.toS3(r)
	}
	w.buckets.ServeHTTP(rw, r)
}

func (w *rig) deployment() *Deployment {
	return &Deployment{
		Session: w.session, Folder: w.folder, Name: "acme-orders",
		Pack: func(_ context.Context, progress func(string)) ([]pack.Artifact, error) {
			progress("compiling")
			var all []pack.Artifact
			for _, name := range []string{"egress", "orchestrator"} {
				a := w.artifact(name)
				a.File = filepath.Join(w.t.TempDir(), name+".zip")
				if err := os.WriteFile(a.File, w.zip(), 0o666); err != nil {
					return nil, err
				}
				all = append(all, a)
			}
			return all, nil
		},
	}
}

// said is what was written, without its first line.
func (w *rig) said() string {
	return strings.Replace(w.out.String(), "stack acme-orders in eu-central-1 of account 123456789012, as "+fakeaws.Caller+"\n", "", 1)
}

func (w *rig) wantSaid(want string) {
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

const (
	typeLambda   = "AWS::Lambda::Function"
	typeLogs     = "AWS::Logs::LogGroup"
	typeRole     = "AWS::IAM::Role"
	typeQueue    = "AWS::SQS::Queue"
	typeSchedule = "AWS::Scheduler::Schedule"
	typeRule     = "AWS::Events::Rule"
)
