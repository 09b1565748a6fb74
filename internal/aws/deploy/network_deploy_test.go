package deploy

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws/ec2"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// folderWith is the golden folder with another template.
func (w *netRig) folderWith(template string) {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), "acme-orders")
	if err := os.CopyFS(dir, os.DirFS(golden)); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, stack.TemplateFile), []byte(template), 0o600); err != nil {
		w.t.Fatal(err)
	}
	var err error
	if w.folder, err = folder.Open(dir); err != nil {
		w.t.Fatal(err)
	}
}

// deploymentOf deploys a network over the one that the rig has.
func (w *netRig) deploymentOf(template string) *Deployment {
	w.folderWith(template)
	d := w.deployment()
	d.Bucket.Name = "zips"
	d.LookupIPv6 = func(_ context.Context, host string) ([]netip.Addr, error) {
		return nil, &net.DNSError{Name: host, IsNotFound: true}
	}
	return d
}

// What the account does not have is said before anything is uploaded or made.
func TestDeployAsksAboutTheNetwork(t *testing.T) {
	const refused = "the network of acme-orders cannot be made, or leads nowhere:\n"
	cases := map[string]struct {
		kind   string
		change func(*ec2.Fake)
		want   string // the error
		said   string
	}{
		"Elastic IPs are used up": {"nat", func(f *ec2.Fake) {}, refused +
			"  egress.count: the stack needs 3 more Elastic IPs, and the account has 3 of the 5 that it may have in eu-central-1; request 6: " +
			"'aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 6 --region " +
			"eu-central-1'; nothing uses eipalloc-1 (203.0.113.1), eipalloc-2 (203.0.113.2) and eipalloc-3 (203.0.113.3): name them in " +
			"egress.network.addresses, or release them", ""},
		"there is room":         {"nat", func(f *ec2.Fake) { f.Addresses = nil }, "", "asking AWS about the network\n"},
		"addresses of the user": {"own", func(f *ec2.Fake) {}, "", ""},
		"an address in use": {"own", func(f *ec2.Fake) {
			f.Addresses[1].Association, f.Addresses[1].Instance = "eipassoc-2", "i-2"
		}, refused + "  egress.network.addresses[1]: eipalloc-2 (203.0.113.2) is the address of the instance i-2 already; name another one, or " +
			"free it: 'aws ec2 disassociate-address --association-id eipassoc-2 --region eu-central-1'", ""},
		"subnets that do not exist": {"subnets", func(f *ec2.Fake) {
			f.Subnets = []ec2.Subnet{{ID: "subnet-1", VPC: "vpc-1", Free: 9}, {ID: "subnet-2", VPC: "vpc-1", Free: 9}}
			f.Tables = []ec2.Routes{{ID: "rtb-1", VPC: "vpc-1", Associations: []ec2.Association{{Main: true}},
				Routes: []ec2.Route{{To: "0.0.0.0/0", State: "active", NAT: "nat-1"}}}}
			f.Groups = []ec2.Group{{ID: "sg-1", VPC: "vpc-1"}}
		}, refused + "  egress.network.subnets[2]: there is no subnet subnet-3 in eu-central-1 of account 123456789012; 'aws ec2 " +
			"describe-subnets --region eu-central-1' shows which there are", "note: egress.network.subnets: the egresses 1 and 2 leave by " +
			"nat-1: one address for the API; "},
		"a name without an IPv6 address": {"ipv6", func(f *ec2.Fake) {}, "", "note: egress.network.type: api.acme.example has no IPv6 address"},
		"nobody may ask": {"ipv6", func(f *ec2.Fake) { f.Denied = []string{"DescribeVpcs", "DescribeEgressOnlyInternetGateways"} }, "",
			"note: it is not known how many VPCs there are: AWS denies ec2:DescribeVpcs"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newNetRig(t, "lambda", "CREATE_COMPLETE", false)
			c.change(w.ec2)
			before := len(w.uploaded())
			_, err := w.deploymentOf(networked(t, c.kind, true)).Run(t.Context())
			wantError(t, err, c.want)
			if !strings.Contains(w.said(), c.said) {
				t.Errorf("no %q in\n%s", c.said, w.said())
			}
			if c.want != "" && (len(w.steps()) > 0 || len(w.uploaded()) != before || KindOf(err) != noNetwork) {
				t.Errorf("%s: steps %v, uploaded %v", KindOf(err), w.steps(), w.uploaded())
			}
		})
	}
}

// A network that goes is left first; one that stays, or comes, is not.
func TestDeployLeavesNetworks(t *testing.T) {
	inThree := []string{"CreateChangeSet", "DeleteChangeSet", "CreateChangeSet", "ExecuteChangeSet", "CreateChangeSet", "ExecuteChangeSet"}
	inTwo := []string{"CreateChangeSet", "DeleteChangeSet", "CreateChangeSet", "ExecuteChangeSet"}
	inOne := []string{"CreateChangeSet", "ExecuteChangeSet"}
	const note = "note: before that 3 functions are taken out of their network, and sfngen waits until AWS has deleted the network " +
		"interfaces: usually some minutes, at times 20 to 45\n"
	const kept = "3 Elastic IPs stay, because vendors may have allow-listed them, and cost $3.65 a month each: 203.0.113.1 eipalloc-1,"
	cases := []struct {
		name, from, to string
		detached       bool // by an earlier run
		steps          []string
		said           []string
	}{
		{"NAT gateways go", "nat", "lambda", false, inThree, []string{note, kept}},
		{"the user's addresses go", "own", "lambda", false, inThree, []string{note}},
		{"IPv6 goes", "ipv6", "lambda", false, inThree, []string{note}},
		{"subnets go", "subnets", "lambda", false, inThree, []string{note}},
		{"the rest goes after an interrupt", "nat", "lambda", true, inTwo, []string{"waiting until AWS has deleted 3 network interfaces", kept}},
		{"another network", "nat", "subnets", false, inOne, []string{kept, "note: once the functions use their new network, CloudFormation " +
			"deletes the old subnets, which waits until AWS has deleted the network interfaces in them: "}},
		{"it stays", "ipv6", "ipv6", false, inOne, nil},
		{"it comes", "lambda", "ipv6", false, inOne, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newNetRig(t, c.from, "CREATE_COMPLETE", !c.detached)
			w.version = "2"
			w.ec2.Subnets = []ec2.Subnet{{ID: "subnet-1", VPC: "vpc-1", Free: 9}, {ID: "subnet-2", VPC: "vpc-1", Free: 9},
				{ID: "subnet-3", VPC: "vpc-1", Free: 9}}
			w.ec2.Tables = []ec2.Routes{{ID: "rtb-1", VPC: "vpc-1", Associations: []ec2.Association{{Main: true}},
				Routes: []ec2.Route{{To: "0.0.0.0/0", State: "active", NAT: "nat-1"}}}}
			w.ec2.Groups = []ec2.Group{{ID: "sg-1", VPC: "vpc-1"}}
			if c.to != "lambda" {
				w.ec2.Interfaces = nil // their waits are CloudFormation's
			}
			d := w.deploymentOf(networked(t, c.to, true))
			d.Drift = KeepDrift
			_, err := d.Run(t.Context())
			wantError(t, err, "")
			if diff := cmp.Diff(c.steps, w.steps()); diff != "" {
				t.Errorf("steps (-want +got)\n%s", diff)
			}
			for _, text := range c.said {
				if !strings.Contains(w.said(), text) {
					t.Errorf("no %q in\n%s", text, w.said())
				}
			}
			s := w.fake.Stack("acme-orders")
			if diff := cmp.Diff(networked(t, c.to, true), s.Template); diff != "" || s.Status != "UPDATE_COMPLETE" {
				t.Errorf("in %s (-want +got)\n%s", s.Status, diff)
			}
			if c.to == "lambda" && len(w.ec2.Left()) > 0 {
				t.Errorf("interfaces are left: %v", w.ec2.Left())
			}
		})
	}
}

// Addresses that the stack has made, and that the spec then names, stay in use: nobody is
// told to release them. One that it does not name is told.
func TestDeployNamesItsOwnAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		third string // the address of egress 3
		said  string // "" for nothing
	}{
		"all of them": {"eipalloc-3", ""},
		"two of them": {"eipalloc-4",
			"1 Elastic IP stays, because vendors may have allow-listed it, and costs $3.65 a month: 203.0.113.3 eipalloc-3\n" +
				"once nobody needs it any more:\n  aws ec2 release-address --allocation-id eipalloc-3 --region eu-central-1\n"},
	} {
		w := newNetRig(t, "nat", "CREATE_COMPLETE", true)
		w.version, w.ec2.Interfaces = "2", nil
		w.ec2.Addresses = append(w.ec2.Addresses, ec2.Address{Allocation: "eipalloc-4", IP: "203.0.113.4", Domain: "vpc"})
		d := w.deploymentOf(strings.ReplaceAll(networked(t, "own", true), "eipalloc-3", c.third))
		d.Drift = KeepDrift
		_, err := d.Run(t.Context())
		wantError(t, err, "")
		if _, said, _ := strings.Cut(w.said(), "deployed acme-orders in "); !strings.HasSuffix(said, "s\n"+c.said) ||
			c.said == "" && strings.Contains(said, "release-address") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// An Elastic IP of the stack cannot go from one egress to another in one deployment; one
// that stays, or that nothing uses, is taken.
func TestDeployMovesNoAddress(t *testing.T) {
	held := func(k string) string {
		return "eipalloc-" + k + " (203.0.113." + k + ") is the address of egress " + k + ", whose NAT gateway nat-" + k +
			" has it until the deployment ends; leave it there, or deploy once without it, such as with egress.network.type: lambda"
	}
	for name, c := range map[string]struct{ one, two, want string }{
		"as they are":           {"eipalloc-1", "eipalloc-2", ""},
		"exchanged":             {"eipalloc-2", "eipalloc-1", held("2") + "\n  egress.network.addresses[1]: " + held("1")},
		"one moves":             {"eipalloc-2", "eipalloc-4", held("2")},
		"one is another":        {"eipalloc-1", "eipalloc-4", ""},
		"the last is the first": {"eipalloc-3", "eipalloc-4", held("3")},
	} {
		w := newNetRig(t, "own", "CREATE_COMPLETE", true)
		w.version, w.ec2.Interfaces = "2", nil
		for i := range w.ec2.Addresses {
			a := &w.ec2.Addresses[i]
			a.Association, a.Interface = "eipassoc", "eni"
			w.ec2.NATs = append(w.ec2.NATs, ec2.NAT{ID: fmt.Sprintf("nat-%d", i+1), Subnet: "subnet-91", State: "available",
				Addresses: []ec2.Address{*a}})
		}
		w.ec2.Addresses = append(w.ec2.Addresses, ec2.Address{Allocation: "eipalloc-4", IP: "203.0.113.4", Domain: "vpc"})
		d := w.deploymentOf(strings.NewReplacer("eipalloc-1", c.one, "eipalloc-2", c.two).Replace(networked(t, "own", true)))
		d.Drift = KeepDrift
		_, err := d.Run(t.Context())
		if refused := err != nil && strings.Contains(err.Error(), "addresses[0]: "+c.want); refused != (c.want != "") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// NAT gateways of another range would need the Elastic IPs of those that are there.
func TestDeployMovesNoRange(t *testing.T) {
	for kind, refused := range map[string]bool{"nat": true, "own": true, "ipv6": false} {
		w := newNetRig(t, kind, "CREATE_COMPLETE", true)
		w.version, w.ec2.Interfaces = "2", nil
		d := w.deploymentOf(strings.ReplaceAll(networked(t, kind, true), "10.42.0.0/16", "10.60.0.0/20"))
		d.Drift = KeepDrift
		_, err := d.Run(t.Context())
		const want = "\n  egress.network.cidr: the network is made anew with 10.60.0.0/20 in place of 10.42.0.0/16, and the new NAT gateways " +
			"cannot have the Elastic IPs that the old ones have until the deployment ends; keep 10.42.0.0/16, or deploy once with " +
			"egress.network.type: lambda, and then with the new range and the Elastic IPs in egress.network.addresses"
		if got := err != nil && strings.HasSuffix(err.Error(), want); got != refused || refused && len(w.steps()) > 0 {
			t.Errorf("%s: %v, %v", kind, err, w.steps())
		}
	}
}

// A deployment that fails after the functions have left says that they have.
func TestDeployLeavesAndFails(t *testing.T) {
	w := newNetRig(t, "nat", "CREATE_COMPLETE", true)
	w.version = "2"
	w.fake.Fails = map[string]string{"EgressRole": "no"}
	d := w.deploymentOf(networked(t, "lambda", false, "write its logs and traces", "write its logs"))
	d.Drift = KeepDrift
	_, err := d.Run(t.Context())
	wantError(t, err, "deploying acme-orders failed at EgressRole (role of the egresses): no\n"+
		"the functions are out of their network, until a deployment puts them back\n"+
		"the stack is as it was before (UPDATE_ROLLBACK_COMPLETE); fix what failed and deploy again")
}

// Egresses that can call by IPv6 alone get the new code as they leave; others keep theirs
// until the new template comes.
func TestDeployLeavesWithCode(t *testing.T) {
	for _, kind := range []string{"ipv6", "nat"} {
		w := newNetRig(t, kind, "CREATE_COMPLETE", true)
		w.version = "2"
		want := map[string]string{"ipv6": w.artifact("egress").Key("acme-orders"), "nat": egressKey}[kind]
		d := w.deploymentOf(networked(t, "lambda", false))
		d.Drift = KeepDrift
		if _, err := d.Run(w.interrupt("DescribeNetworkInterfaces", 2)); err == nil {
			t.Fatal("not interrupted")
		}
		for _, p := range w.fake.Stack("acme-orders").Parameters {
			if p.Key == "EgressKey" && p.Value != want || p.Key == "OrchestratorKey" && p.Value != orchestratorKey {
				t.Errorf("%s: %s is %s, want %s", kind, p.Key, p.Value, want)
			}
		}
	}
}

// Ctrl-C while functions leave a network: the command goes on from there.
func TestDeployLeavesInterrupted(t *testing.T) {
	const goesOn = "the new template is not deployed yet, and 'sfngen deploy FOLDER' goes on from there"
	for _, c := range []struct {
		during string
		n      int
		want   string
	}{
		{"CreateChangeSet", 2, "nothing was changed: the change set is deleted"},
		{"ExecuteChangeSet", 1, "CloudFormation goes on taking the functions out of their network; " + goesOn},
		{"DescribeNetworkInterfaces", 1, "the new template is not deployed yet"},
		{"DescribeNetworkInterfaces", 3, "the functions are out of their network, and AWS goes on deleting their interfaces; " + goesOn},
		{"CreateChangeSet", 3, "the functions are out of their network, until a deployment puts them back; nothing was deployed: the " +
			"change set is deleted; the uploaded zips stay in the bucket zips, for the next time"},
	} {
		t.Run(fmt.Sprint(c.during, c.n), func(t *testing.T) {
			w := newNetRig(t, "nat", "CREATE_COMPLETE", true)
			w.version = "2"
			d := w.deploymentOf(networked(t, "lambda", false))
			d.Drift = KeepDrift
			_, err := d.Run(w.interrupt(c.during, c.n))
			wantError(t, err, strings.ReplaceAll(c.want, "FOLDER", d.Folder.Dir))
			w.cut = nil
			d = w.deployment()
			d.Bucket.Name, d.Drift = "zips", KeepDrift
			_, err = d.Run(t.Context())
			wantError(t, err, "")
			if s := w.fake.Stack("acme-orders"); s.Status != "UPDATE_COMPLETE" || strings.Contains(s.Template, "AWS::EC2::") {
				t.Errorf("%s\n%s", s.Status, s.Template)
			}
		})
	}
}
