package deploy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
)

// interruptAndWait is Ctrl-C while AWS works on an action, which is answered only
// once it has been said what the interrupt waits for.
func (w *rig) interruptAndWait(action string) (ctx context.Context, told *lines) {
	ctx, cancel := context.WithCancel(w.t.Context())
	told = &lines{written: make(chan string, 100)}
	w.cut = func(_ http.ResponseWriter, r *http.Request, a string) bool {
		if a == action && ctx.Err() == nil {
			cancel()
			told.waitFor(r.Context(), "interrupted: ")
		}
		return false
	}
	return ctx, told
}

// lines are what is said, as it is said.
type lines struct {
	written chan string
	said    []string // what begins with "interrupted: "
}

func (l *lines) Write(p []byte) (int, error) {
	if strings.HasPrefix(string(p), "interrupted: ") {
		l.said = append(l.said, string(p))
	}
	l.written <- string(p)
	return len(p), nil
}

func (l *lines) waitFor(ctx context.Context, begin string) {
	for {
		select {
		case line := <-l.written:
			if strings.HasPrefix(line, begin) {
				return
			}
		case <-ctx.Done(): // the client is gone
			return
		}
	}
}

// The first Ctrl-C is answered at once, while the call that it must wait for still
// hangs, and says what a second one leaves.
func TestInterruptIsAnsweredAtOnce(t *testing.T) {
	const removing = "interrupted: deleting the change set sfngen-20261124T103000Z-00000001 (Ctrl-C again keeps it)\n"
	cases := map[string]struct {
		declined bool
		want     string
	}{
		"CreateChangeSet":  {want: removing},
		"ExecuteChangeSet": {want: "interrupted: checking whether the deployment has started (Ctrl-C again leaves that open)\n"},
		"DeleteChangeSet":  {declined: true, want: removing},
	}
	for action, c := range cases {
		t.Run(action, func(t *testing.T) {
			w := newRig(t)
			w.deployed(nil)
			w.version, w.answer = "2", !c.declined
			ctx, told := w.interruptAndWait(action)
			d := w.deployment()
			d.Out = told
			if _, err := d.Run(ctx); err == nil {
				t.Error("no error")
			}
			if diff := cmp.Diff([]string{c.want}, told.said); diff != "" {
				t.Errorf("said (-want +got)\n%s", diff)
			}
		})
	}
	w := newRig(t)
	w.deployed(nil)
	ctx, told := w.interruptAndWait("DeleteStack")
	d := w.destruction()
	d.Out = told
	if err := d.Run(ctx); err == nil {
		t.Error("no error")
	}
	if diff := cmp.Diff([]string{"interrupted: checking whether the deletion has started (Ctrl-C again leaves that open)\n"},
		told.said); diff != "" {
		t.Errorf("said (-want +got)\n%s", diff)
	}
}

// Ctrl-C at the prompt: what is removed then is said before it is.
func TestInterruptAtThePrompt(t *testing.T) {
	w := newRig(t)
	w.deployed(nil)
	w.version = "2"
	ctx, cancel := context.WithCancel(t.Context())
	d := w.deployment()
	d.Confirm = func(ctx context.Context, _ string) (bool, error) {
		cancel()
		return false, ctx.Err()
	}
	_, err := d.Run(ctx)
	wantError(t, err, isRemoved+zipsStay)
	want := "4 changes: 4 updated\ninterrupted: deleting the change set sfngen-20261124T103000Z-00000001 (Ctrl-C again keeps it)\n"
	if !strings.HasSuffix(w.said(), want) {
		t.Errorf("said\n%s", w.said())
	}
}

// A success without content, or with the page of a proxy that wants a login, is no
// answer, and nothing is said to be so because of it.
func TestAnswersThatAreNone(t *testing.T) {
	const (
		empty  = "CloudFormation's answer is empty; is it AWS that answers? look at the proxy (HTTPS_PROXY) and at AWS_ENDPOINT_URL"
		page   = "<html><body>log in</body></html>"
		unsure = "\nnothing was deployed; whether the change set sfngen-20261124T103000Z-00000001 was created and is deleted is not known" +
			zipsStay
		begun = "\nwhether the deployment has started is not known: " + cli + "describe-stack-events" + here + " shows it"
	)
	foreign := func(action string) string {
		return "CloudFormation " + action + ": something that is not AWS answered 200; look at the proxy (HTTPS_PROXY); AWS_ENDPOINT_URL " +
			"sends the calls to HOST: " +
			"is it running there, or should the variable not be set?"
	}
	cases := map[string]struct{ action, body, want string }{
		"empty CreateChangeSet": {"CreateChangeSet", "", "creating a change set of the stack acme-orders: " + empty + unsure},
		"garbled CreateChangeSet": {"CreateChangeSet", page, "creating a change set of the stack acme-orders: " + foreign("CreateChangeSet") +
			unsure},
		"empty DescribeChangeSet": {"DescribeChangeSet", "", "waiting for the change set: reading the change set: " + empty + "\n" +
			isRemoved + zipsStay},
		"garbled DescribeChangeSet": {"DescribeChangeSet", page, "waiting for the change set: reading the change set: " +
			foreign("DescribeChangeSet") + "\n" + isRemoved + zipsStay},
		"empty ExecuteChangeSet": {"ExecuteChangeSet", "", "following the stack: " + operation.ErrNeverBegan.Error() + begun},
		"garbled ExecuteChangeSet": {"ExecuteChangeSet", page, "executing the change set: " + foreign("ExecuteChangeSet") + "\n" + isRemoved +
			zipsStay},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRig(t)
			w.deployed(nil)
			w.version = "2"
			w.cut = func(rw http.ResponseWriter, _ *http.Request, action string) bool {
				return action == c.action && w.answerXML(rw, 200, "%s", c.body)
			}
			_, err := w.deployment().Run(t.Context())
			wantError(t, cloud.Explain(err), strings.Replace(c.want, "HOST", os.Getenv("AWS_ENDPOINT_URL"), 1))
			if c.body == page && !errors.As(err, new(*smithy.DeserializationError)) {
				t.Errorf("the error of the SDK is lost: %#v", err)
			}
		})
	}
}

// What two say at the same time comes out whole (and with -race: in turn).
func TestLinesComeOutInTurn(t *testing.T) {
	var to bytes.Buffer
	w := &inTurn{to: &to}
	var both sync.WaitGroup
	for _, line := range []string{"one\n", "two\n"} {
		both.Go(func() {
			for range 500 {
				fmt.Fprint(w, line)
			}
		})
	}
	both.Wait()
	if n := strings.Count(to.String(), "one\n") + strings.Count(to.String(), "two\n"); n != 1000 || to.Len() != 4000 {
		t.Errorf("%d lines, %d bytes", n, to.Len())
	}
}
