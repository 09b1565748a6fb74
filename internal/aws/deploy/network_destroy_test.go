package deploy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/ec2"
)

// steps are what was done, in its order, without what only looks.
func (w *netRig) steps() []string {
	var all []string
	for _, action := range w.fake.Calls() {
		if changesSomething(action) {
			all = append(all, action)
		}
	}
	return all
}

// A network in each state in which a stack may be destroyed: first the functions leave it,
// where the stack can be updated; nothing is deleted while their interfaces are there.
func TestDestroyNetwork(t *testing.T) {
	left := []string{"CreateChangeSet", "ExecuteChangeSet", "DeleteStack"}
	straight := []string{"DeleteStack"}
	twice := []string{"DeleteStack", "DeleteStack"}
	cases := []struct {
		name, kind, status string
		detached           bool // by an earlier run
		interfaces         bool // none, where it is false
		steps              []string
		kept               string // what is said in the end
	}{
		{"NAT gateways", "nat", "CREATE_COMPLETE", false, true, left, "3 Elastic IPs stay, because vendors may have allow-listed them, and " +
			"cost $3.65 a month each: 203.0.113.1 eipalloc-1, 203.0.113.2 eipalloc-2, 203.0.113.3 eipalloc-3\nonce nobody needs them any more:\n" +
			"  aws ec2 release-address --allocation-id eipalloc-1 --region eu-central-1\n"},
		{"addresses of the user", "own", "UPDATE_COMPLETE", false, true, left, ""},
		{"IPv6", "ipv6", "CREATE_COMPLETE", false, true, left, ""},
		{"subnets of the user", "subnets", "UPDATE_COMPLETE", false, true, left, ""},
		{"an update was rolled back", "nat", "UPDATE_ROLLBACK_COMPLETE", false, true, left, "3 Elastic IPs stay"},
		{"the functions have left, and their interfaces are there", "nat", "UPDATE_COMPLETE", true, true, straight, "3 Elastic IPs stay"},
		{"the functions have left subnets of the user", "subnets", "UPDATE_COMPLETE", true, true, straight, ""},
		{"the functions have left, and so have the interfaces", "ipv6", "UPDATE_COMPLETE", true, false, straight, ""},
		{"half of it was created, and rolled back", "nat", "ROLLBACK_COMPLETE", false, false, straight, "3 Elastic IPs stay"},
		{"rolling it back failed", "nat", "ROLLBACK_FAILED", false, true, twice, "3 Elastic IPs stay"},
		{"half of it was created", "nat", "CREATE_FAILED", false, true, twice, "3 Elastic IPs stay"},
		{"an update failed", "ipv6", "UPDATE_FAILED", false, true, twice, ""},
		{"an update failed, and so did its rollback", "ipv6", "UPDATE_ROLLBACK_FAILED", false, true, twice, ""},
		{"its deletion failed", "ipv6", "DELETE_FAILED", false, true, twice, ""},
		{"its deletion failed after the functions had left", "own", "DELETE_FAILED", true, true, straight, ""},
		{"a stack without a network", "lambda", "CREATE_COMPLETE", false, true, straight, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newNetRig(t, c.kind, c.status, !c.detached)
			if !c.interfaces {
				w.ec2.Interfaces = nil
			}
			wantError(t, w.destruction().Run(t.Context()), "")
			if diff := cmp.Diff(c.steps, w.steps()); diff != "" {
				t.Errorf("steps (-want +got)\n%s", diff)
			}
			if w.fake.Stack("acme-orders") != nil || len(w.ec2.Left()) > 0 && c.kind != "lambda" {
				t.Errorf("the stack is %v, interfaces %v", w.fake.Stack("acme-orders"), w.ec2.Left())
			}
			if !strings.Contains(w.said(), c.kept) || c.kept == "" && strings.Contains(w.said(), "release-address") {
				t.Errorf("no %q in\n%s", c.kept, w.said())
			}
			asked := strings.Contains(w.asked[0],
				"(AWS deletes the network interfaces of its functions first: usually some minutes, at times 20 to 45)")
			if asked == (c.kind == "lambda") {
				t.Errorf("asked %q", w.asked)
			}
		})
	}
}

// A first deployment that ended before it had made the functions leaves half a network:
// nothing is to be taken out, and what it has made is deleted.
func TestDestroyHalfANetwork(t *testing.T) {
	for _, status := range []string{"CREATE_FAILED", "ROLLBACK_FAILED", "ROLLBACK_COMPLETE"} {
		for name, without := range map[string][]string{
			"no functions":          {"Egress1", "Egress2", "Egress3", "StateMachine", "Orchestrator"},
			"no addresses":          {"Egress1", "Egress2", "Egress3", "Egress1Address", "Egress2Address", "Egress3Address"},
			"one function, one NAT": {"Egress2", "Egress3", "Egress2NatGateway", "Egress3NatGateway", "Egress3Address", "Egress3Subnet"},
		} {
			t.Run(status+", "+name, func(t *testing.T) {
				w := newNetRig(t, "lambda", "CREATE_COMPLETE", false)
				w.ec2.Interfaces = []ec2.Interface{lambdaInterface("1", 3)}
				w.fake.Put(cloudformation.Stack{
					Name: "acme-half", Status: status, Without: without, Template: networked(t, "nat", true),
					Physical: map[string]string{"Egress1Subnet": "subnet-1", "Egress1Address": "203.0.113.1", "Egress2Address": "203.0.113.2"},
				})
				d := w.destruction()
				d.Name = "acme-half"
				wantError(t, d.Run(t.Context()), "")
				if slices.Contains(w.steps(), "CreateChangeSet") || w.fake.Stack("acme-half") != nil || len(w.ec2.Left()) > 0 {
					t.Errorf("%v, the stack is %v, interfaces %v", w.steps(), w.fake.Stack("acme-half"), w.ec2.Left())
				}
				if kept := strings.Contains(w.said(), "203.0.113.2 eipalloc-2\n"); kept == (name == "no addresses") {
					t.Errorf("said\n%s", w.said())
				}
			})
		}
	}
}

// What is told of it, line by line.
func TestDestroyNetworkTold(t *testing.T) {
	w := newNetRig(t, "nat", "CREATE_COMPLETE", true)
	w.fake.Pace = 1000
	wantError(t, w.destruction().Run(t.Context()), "")
	_, told, _ := strings.Cut(w.said(), "all of it, ")
	var lines []string
	for line := range strings.Lines(told) {
		if !strings.HasPrefix(line, "00:") {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	want := []string{
		"27 resources",
		"the bucket zips and the zips in it stay",
		"3 Elastic IPs of the stack, with the addresses 203.0.113.1, 203.0.113.2, 203.0.113.3, stay",
		"taking 3 functions out of their network",
		"waiting until AWS has deleted 3 network interfaces of the functions (eni-1, eni-2, eni-3): usually some minutes, at times 20 to 45; " +
			"Ctrl-C loses nothing",
		"1s: 1 network interface is still there",
		"the network interfaces are gone, after 2m",
		"destroyed acme-orders in 0s",
		"3 Elastic IPs stay, because vendors may have allow-listed them, and cost $3.65 a month each: 203.0.113.1 eipalloc-1, " +
			"203.0.113.2 eipalloc-2, 203.0.113.3 eipalloc-3",
		"once nobody needs them any more:",
		"  aws ec2 release-address --allocation-id eipalloc-1 --region eu-central-1",
		"  aws ec2 release-address --allocation-id eipalloc-2 --region eu-central-1",
		"  aws ec2 release-address --allocation-id eipalloc-3 --region eu-central-1",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("told (-want +got)\n%s", diff)
	}
	if shown, _, _ := strings.Cut(w.said(), "all of it, "); strings.Contains(shown, "Egress1Address") {
		t.Errorf("what stays is shown as deleted:\n%s", shown)
	}
}

// The template without the functions' VPC is otherwise the deployed one: the role and the
// subnets are there while Lambda deletes the interfaces.
func TestDetachmentLeavesTheRest(t *testing.T) {
	w := newNetRig(t, "ipv6", "CREATE_COMPLETE", true)
	w.ec2.Interfaces = []ec2.Interface{lambdaInterface("1", 0)}
	wantError(t, w.destruction().Run(w.interrupt("DescribeNetworkInterfaces", 3)), "the functions are out of their network, and AWS goes on "+
		"deleting their interfaces; nothing is deleted yet, and 'sfngen destroy acme-orders' goes on from there")
	s := w.fake.Stack("acme-orders")
	before, after := strings.Count(networked(t, "ipv6", true), "Type: "), strings.Count(s.Template, "Type: ")
	if strings.Contains(s.Template, "VpcConfig") || before != after || s.Status != "UPDATE_COMPLETE" {
		t.Errorf("%s, %d types of %d\n%s", s.Status, after, before, s.Template)
	}
	if diff := cmp.Diff(w.deployed(nil).Parameters[:3], s.Parameters[:3]); diff != "" {
		t.Errorf("parameters (-want +got)\n%s", diff)
	}
}

// A template that is too large for a request is put where the zips are.
func TestDestroyLargeNetwork(t *testing.T) {
	w := newNetRig(t, "lambda", "CREATE_COMPLETE", false)
	w.ec2.Interfaces = nil
	w.fake.Templates = func(url string) (string, bool) {
		_, name, _ := strings.Cut(url, "/acme-orders/")
		object, found := w.buckets.Object("zips", "acme-orders/"+name)
		return string(object.Body), found
	}
	lines := strings.Repeat("\n# a line of a large template", 2000)
	large := strings.Replace(networked(t, "nat", true), "\nResources:", lines+"\nResources:", 1)
	w.fake.Put(cloudformation.Stack{Name: "acme-large", Status: "CREATE_COMPLETE", Template: large, Parameters: []cloudformation.Pair{
		{Key: "ArtifactBucket", Value: "zips"}, {Key: "EgressKey", Value: egressKey}, {Key: "OrchestratorKey", Value: orchestratorKey}}})
	d := w.destruction()
	d.Name = "acme-large"
	wantError(t, d.Run(t.Context()), "")
	if diff := cmp.Diff([]string{"CreateChangeSet", "ExecuteChangeSet", "DeleteStack"}, w.steps()); diff != "" || len(w.uploaded()) != 1 {
		t.Errorf("uploaded %v, steps (-want +got)\n%s\n%s", w.uploaded(), diff, w.said())
	}
}

// What is not certain leaves it to CloudFormation, and what is in the way ends it before
// anything is deleted.
func TestDestroyNetworkInTheWay(t *testing.T) {
	const goesOn = "note: CloudFormation now deletes their network with them, and waits for their interfaces itself: up to 45 minutes\n"
	cases := map[string]struct {
		kind   string
		change func(*netRig)
		steps  []string
		said   string
		want   string
	}{
		"the interfaces cannot be seen": {"nat", func(w *netRig) {
			w.ec2.Denied = []string{"DescribeNetworkInterfaces"}
			w.fake.Blocks = nil
		}, []string{"DeleteStack"}, "note: the functions are not taken out of their network first, because it cannot be seen when their " +
			"interfaces are gone: AWS denies ec2:DescribeNetworkInterfaces to", ""},
		"the update is refused": {"nat", func(w *netRig) {
			w.fake.RefuseChangeSet = "a hook says no"
		}, []string{"CreateChangeSet", "DeleteChangeSet", "DeleteStack", "DeleteStack"}, goesOn, ""},
		"the update may not be made": {"nat", func(w *netRig) {
			w.fake.Before = refuse("CreateChangeSet", &cloudformation.Error{Status: 403, Code: "AccessDenied", Message: "no"})
		}, []string{"CreateChangeSet", "DeleteStack", "DeleteStack"}, goesOn, ""},
		"the update fails": {"nat", func(w *netRig) {
			w.fake.Fails = map[string]string{"Egress2": "Internal failure"}
			w.lost = func(action string) bool {
				if action == "DeleteStack" {
					w.fake.Fails = nil
				}
				return false
			}
		}, []string{"CreateChangeSet", "ExecuteChangeSet", "DeleteStack", "DeleteStack"}, goesOn, ""},
		"the deletion is refused": {"own", func(w *netRig) {
			w.fake.Before = refuse("DeleteStack", &cloudformation.Error{Status: 400, Code: "ValidationError", Message: "a stack policy"})
		}, []string{"CreateChangeSet", "ExecuteChangeSet", "DeleteStack"}, "",
			"deleting the stack acme-orders: CloudFormation DeleteStack: ValidationError: a stack policy" + request + "\n" +
				"the functions are out of their network, until a deployment puts them back; nothing was deleted"},
		"interfaces that stay": {"nat", func(w *netRig) { w.ec2.Interfaces = []ec2.Interface{lambdaInterface("2", 0)} },
			[]string{"CreateChangeSet", "ExecuteChangeSet"}, "\n55m: 1 network interface is still there\n",
			"AWS has not deleted eni-2 in 1h0m: the functions no longer use them, but Lambda's work is not done, or its role may not delete " +
				"them; wait, and run 'sfngen destroy acme-orders' once more; one whose status is available can be deleted: 'aws ec2 " +
				"delete-network-interface --network-interface-id eni-2 --region eu-central-1'\nnothing is deleted yet"},
		"interfaces that other functions keep": {"subnets", func(w *netRig) { w.ec2.Interfaces = []ec2.Interface{lambdaInterface("2", 0)} },
			[]string{"CreateChangeSet", "ExecuteChangeSet", "DeleteStack"}, "note: eni-2 is still there: functions of other stacks that use the " +
				"same subnet and security groups keep it\n", ""},
		"interfaces of another stack's functions": {"subnets", func(w *netRig) {
			w.ec2.Interfaces = []ec2.Interface{{ID: "eni-1", Subnet: "subnet-1", Kind: "lambda",
				Description: "AWS Lambda VPC ENI-other-egress-1-4f1c"}}
		}, []string{"CreateChangeSet", "ExecuteChangeSet", "DeleteStack"}, "", ""},
		"something else is in the subnets": {"nat", func(w *netRig) {
			w.ec2.Interfaces = append(w.ec2.Interfaces, ec2.Interface{ID: "eni-9", Subnet: "subnet-2", Description: "RDSNetworkInterface",
				Kind: "interface"}, ec2.Interface{ID: "eni-8", Subnet: "subnet-2", Kind: "vpc_endpoint"})
		}, []string{"CreateChangeSet", "ExecuteChangeSet"}, "",
			"in the subnets of the stack are interfaces that are not the stack's, so AWS could not delete the subnets:\n" +
				"  eni-9 in subnet-2: RDSNetworkInterface\n" +
				"delete what they belong to, then run 'sfngen destroy acme-orders' once more; nothing is deleted yet"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newNetRig(t, c.kind, "CREATE_COMPLETE", true)
			c.change(w)
			wantError(t, w.destruction().Run(t.Context()), c.want)
			if diff := cmp.Diff(c.steps, w.steps()); diff != "" {
				t.Errorf("steps (-want +got)\n%s", diff)
			}
			if !strings.Contains(w.said(), c.said) {
				t.Errorf("no %q in\n%s", c.said, w.said())
			}
			if gone := w.fake.Stack("acme-orders") == nil; gone != (c.want == "") {
				t.Errorf("destroyed: %v", gone)
			}
		})
	}
}

// Ctrl-C at each step, and then the command once more, which goes on.
func TestDestroyNetworkInterrupted(t *testing.T) {
	const goesOn = "nothing is deleted yet, and 'sfngen destroy acme-orders' goes on from there"
	const none = "nothing was changed"
	removed := []string{"CreateChangeSet", "DeleteChangeSet", "DeleteChangeSet"} // the first time it is still being created
	cases := []struct {
		during string
		n      int
		want   string
		status string // after it
		steps  []string
	}{
		{"DescribeStacks", 1, "nothing was changed in AWS", "CREATE_COMPLETE", nil},
		{"ListStackResources", 1, "nothing was changed in AWS", "CREATE_COMPLETE", nil},
		{"DescribeStacks", 2, none, "CREATE_COMPLETE", nil},
		{"DescribeNetworkInterfaces", 1, "nothing is deleted yet", "CREATE_COMPLETE", nil},
		{"CreateChangeSet", 1, none + ": the change set is deleted", "CREATE_COMPLETE", removed},
		{"DescribeChangeSet", 1, none + ": the change set is deleted", "CREATE_COMPLETE", removed},
		{"ExecuteChangeSet", 1, "CloudFormation goes on taking the functions out of their network; " + goesOn, "UPDATE_IN_PROGRESS",
			[]string{"CreateChangeSet", "ExecuteChangeSet"}},
		{"DescribeStackEvents", 2, "CloudFormation goes on taking the functions out of their network; " + goesOn, "UPDATE_IN_PROGRESS",
			[]string{"CreateChangeSet", "ExecuteChangeSet"}},
		{"DescribeNetworkInterfaces", 2, "the functions are out of their network, and AWS goes on deleting their interfaces; " + goesOn,
			"UPDATE_COMPLETE", []string{"CreateChangeSet", "ExecuteChangeSet"}},
		{"DescribeNetworkInterfaces", 9, "the functions are out of their network, and AWS goes on deleting their interfaces; " + goesOn,
			"UPDATE_COMPLETE", []string{"CreateChangeSet", "ExecuteChangeSet"}},
		{"DeleteStack", 1, "the deletion continues in AWS, and nothing stops it; 'sfngen destroy acme-orders' says how far it is",
			"DELETE_IN_PROGRESS", []string{"CreateChangeSet", "ExecuteChangeSet", "DeleteStack"}},
	}
	for _, c := range cases {
		t.Run(c.during, func(t *testing.T) {
			w := newNetRig(t, "nat", "CREATE_COMPLETE", true)
			wantError(t, w.destruction().Run(w.interrupt(c.during, c.n)), c.want)
			if s := w.fake.Stack("acme-orders"); s == nil || s.Status != c.status {
				t.Fatalf("the stack is %+v", s)
			}
			if diff := cmp.Diff(c.steps, w.steps()); diff != "" {
				t.Errorf("steps (-want +got)\n%s", diff)
			}
			w.cut = nil
			if c.status == "DELETE_IN_PROGRESS" {
				return
			}
			wantError(t, w.destruction().Run(t.Context()), "")
			if w.fake.Stack("acme-orders") != nil || len(w.ec2.Left()) > 0 {
				t.Errorf("the stack is %v, interfaces %v", w.fake.Stack("acme-orders"), w.ec2.Left())
			}
			if n := strings.Count(strings.Join(w.steps(), " "), "ExecuteChangeSet"); n != 1 {
				t.Errorf("the functions were taken out %d times", n)
			}
		})
	}
}

// Somebody else's update is not joined, nor a creation; a dry run joins nothing.
func TestDestroyNetworkOnlyJoinsItsOwn(t *testing.T) {
	for status, want := range map[string]string{
		"CREATE_IN_PROGRESS": "the stack acme-orders is in CREATE_IN_PROGRESS",
		"UPDATE_IN_PROGRESS": "the stack acme-orders is in UPDATE_IN_PROGRESS",
		"DELETE_IN_PROGRESS": "the stack acme-orders is in DELETE_IN_PROGRESS",
	} {
		w := newNetRig(t, "nat", status, true)
		err := w.destruction().Run(t.Context())
		if err == nil || !strings.HasPrefix(err.Error(), want) || len(w.steps()) > 0 {
			t.Errorf("%s: %v, %v", status, err, w.steps())
		}
	}
	w := newNetRig(t, "nat", "CREATE_COMPLETE", true)
	_ = w.destruction().Run(w.interrupt("ExecuteChangeSet", 1)) // tested above
	w.cut = nil
	d := w.destruction()
	d.DryRun = true
	if err := d.Run(t.Context()); err == nil || !slices.Equal(w.steps(), []string{"CreateChangeSet", "ExecuteChangeSet"}) {
		t.Errorf("%v, %v", err, w.steps())
	}
}
