package several

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/deploy"
	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
)

// aws is what several deployments do, and how they end.
type aws struct {
	did       []string
	same      string           // the stack that has no changes
	fails     map[string]error // by what is done, such as "execute bb"
	interrupt string           // what is being done when the user interrupts it
	cancel    context.CancelFunc
}

func (a *aws) do(what, stack string) error {
	what += " " + stack
	a.did = append(a.did, what)
	if what == a.interrupt {
		a.cancel()
	}
	return a.fails[what]
}

// fake is the deployment of one stack, and its proposal.
type fake struct {
	aws   *aws
	stack string
}

func (f fake) Outcome() deploy.Outcome {
	o := deploy.Outcome{Stack: f.stack}
	if f.aws.same != f.stack {
		o.Changed, o.Changes = true, make([]changes.Change, 2)
	}
	return o
}

func (f fake) Run(context.Context) (deploy.Outcome, error) {
	return f.Outcome(), f.aws.do("run", f.stack)
}

func (f fake) Propose(context.Context) (Proposal, error) { return f, f.aws.do("propose", f.stack) }

func (f fake) Execute(context.Context) (deploy.Outcome, error) {
	return f.Outcome(), f.aws.do("execute", f.stack)
}

func (f fake) Withdraw(_ context.Context, why error) error {
	_ = f.aws.do("withdraw", f.stack)
	return why
}

func ended(kind deploy.Kind) error { return &deploy.Error{Kind: kind} }

func interrupted(how deploy.Beginning) error {
	return &deploy.RemainsError{Err: context.Canceled, Begun: how}
}

// What is done of three stacks, and what becomes of each.
func TestRun(t *testing.T) {
	broken := errors.New("no network")
	const proposals = "propose aa, propose bb, propose cc, ask about 6 of aa bb cc"
	for name, test := range map[string]struct {
		mode      deploy.Mode
		keepGoing bool
		no        bool // to the question
		aws       aws
		did       string
		results   []Result
		refused   bool // where something is not done
	}{
		"all": {did: proposals + ", execute aa, execute bb, execute cc", results: []Result{Deployed, Deployed, Deployed}, refused: true},
		"one has no changes": {aws: aws{same: "bb"}, did: "propose aa, propose bb, propose cc, ask about 4 of aa cc, execute aa, execute cc",
			results: []Result{Deployed, Unchanged, Deployed}, refused: true},
		"no": {no: true, did: proposals + ", withdraw aa, withdraw bb, withdraw cc", results: []Result{NotDeployed, NotDeployed, NotDeployed},
			refused: true},
		"nobody answers": {aws: aws{fails: map[string]error{"ask about 6 of aa bb cc": errors.New("no answer")}},
			did: proposals + ", withdraw aa, withdraw bb, withdraw cc", results: []Result{NotDeployed, NotDeployed, NotDeployed}},
		"a proposal fails": {aws: aws{fails: map[string]error{"propose bb": broken}}, did: "propose aa, propose bb, withdraw aa",
			results: []Result{NotDeployed, Failed, NotDeployed}},
		"a proposal fails, others go on": {keepGoing: true, aws: aws{fails: map[string]error{"propose bb": ended(deploy.Refused)}},
			did:     "propose aa, propose bb, propose cc, ask about 4 of aa cc, execute aa, execute cc",
			results: []Result{Deployed, Failed, Deployed}, refused: true},
		"an execution fails": {aws: aws{fails: map[string]error{"execute aa": ended(deploy.Failed)}},
			did: proposals + ", execute aa, withdraw bb, withdraw cc", results: []Result{Failed, NotDeployed, NotDeployed}, refused: true},
		"an execution fails, others go on": {keepGoing: true, aws: aws{fails: map[string]error{"execute aa": broken}},
			did: proposals + ", execute aa, execute bb, execute cc", results: []Result{Failed, Deployed, Deployed}},
		"an interrupt while one proposes": {keepGoing: true, aws: aws{interrupt: "propose bb",
			fails: map[string]error{"propose bb": interrupted(deploy.NotBegun)}}, did: "propose aa, propose bb, withdraw aa",
			results: []Result{NotDeployed, NotDeployed, NotDeployed}},
		"an interrupt while one is deployed": {keepGoing: true, aws: aws{interrupt: "execute bb",
			fails: map[string]error{"execute bb": interrupted(deploy.Begun)}}, did: proposals + ", execute aa, execute bb, withdraw cc",
			results: []Result{Deployed, Continues, NotDeployed}},
		"an interrupt while one may have begun": {aws: aws{interrupt: "execute aa",
			fails: map[string]error{"execute aa": interrupted(deploy.PerhapsBegun)}}, did: proposals + ", execute aa, withdraw bb, withdraw cc",
			results: []Result{Unknown, NotDeployed, NotDeployed}},
		"nobody can watch": {aws: aws{fails: map[string]error{"execute aa": &deploy.RemainsError{Err: broken, Begun: deploy.Begun}}},
			did: proposals + ", execute aa, withdraw bb, withdraw cc", results: []Result{Continues, NotDeployed, NotDeployed}},
		"a dry run": {mode: deploy.DryRun, aws: aws{same: "bb"}, did: "head aa, run aa, head bb, run bb, head cc, run cc",
			results: []Result{WouldChange, Unchanged, WouldChange}, refused: true},
		"change sets": {mode: deploy.NoExecute, aws: aws{fails: map[string]error{"run bb": broken}}, did: "head aa, run aa, head bb, run bb",
			results: []Result{Waits, Failed, NotDeployed}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			a := test.aws
			a.cancel = cancel
			s := &Stacks{Mode: test.mode, KeepGoing: test.keepGoing}
			s.Begins, s.Ends = func(one *Stack) { _ = a.do("head", one.Name) }, func(*Stack) {}
			s.Confirm = func(_ context.Context, stacks []string, n int) (bool, error) {
				return !test.no, a.do(fmt.Sprintf("ask about %d of", n), strings.Join(stacks, " "))
			}
			for _, stack := range []string{"aa", "bb", "cc"} {
				s.List = append(s.List, &Stack{Name: stack, Deployment: fake{&a, stack}})
			}
			s.Run(ctx)
			if diff := cmp.Diff(test.did, strings.Join(a.did, ", ")); diff != "" {
				t.Errorf("done (-want +got):\n%s", diff)
			}
			var results []Result
			for _, one := range s.List {
				results = append(results, one.Result)
			}
			if diff := cmp.Diff(test.results, results); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			if refused := s.IsRefused(ctx); refused != test.refused {
				t.Errorf("refused: %v", refused)
			}
		})
	}
}

// Whoever watches is told at once, of each stack once, why it is not done.
func TestEndsAreTold(t *testing.T) {
	a := aws{fails: map[string]error{"execute bb": errors.New("no network")}}
	var told []string
	s := &Stacks{Confirm: func(context.Context, []string, int) (bool, error) { return true, nil }}
	s.Ends = func(one *Stack) { told = append(told, one.Name+": "+one.Err.Error()) }
	for _, stack := range []string{"aa", "bb", "cc"} {
		s.List = append(s.List, &Stack{Name: stack, Deployment: fake{&a, stack}})
	}
	s.Run(t.Context())
	want := []string{"bb: no network", "cc: not deployed, because another stack failed"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
