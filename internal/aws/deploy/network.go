package deploy

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/aws/network"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// deployedNetwork is the network of a stack that AWS has.
type deployedNetwork struct {
	stack    live.Stack
	template network.Template
	own      network.Own
}

// readNetwork reads the network of a stack; nil where it has none.
func (s *Session) readNetwork(ctx context.Context, deployed live.Stack) (*deployedNetwork, error) {
	template, err := network.Deployed(deployed)
	if err != nil {
		return nil, err
	}
	n := &deployedNetwork{stack: deployed, template: template}
	if len(template.InVPC())+len(template.Subnets())+len(template.UserSubnets()) == 0 {
		return nil, nil
	}
	n.own, err = network.OwnOf(ctx, s.Cloud, deployed.Found.StackId)
	return n, err
}

// attached are the ids of the functions that are in a VPC now.
func (n *deployedNetwork) attached() []string {
	return slices.DeleteFunc(n.template.InVPC(), func(id string) bool { return len(n.own.Physical([]string{id})) == 0 })
}

// attachment is where the interfaces of functions are that leave their VPC: no others may stay
// in their subnets. Without ids it is where all of the stack's are, or were.
func (n *deployedNetwork) attachment(ids []string) network.Attachment {
	own, theirs := n.template.SubnetsOf(ids)
	if len(ids) == 0 {
		own, theirs = n.template.Subnets(), n.template.UserSubnets()
	}
	if len(own) > 0 {
		return network.Attachment{Subnets: n.own.Physical(own)}
	}
	return network.Attachment{Subnets: theirs, Functions: n.stack.Summary.Egresses}
}

// checkNetwork asks AWS whether the network that the folder's template has can be made,
// and leads out. It comes before anything is uploaded.
func (d *Deployment) checkNetwork(ctx context.Context, before types.Stack) error {
	text, err := os.ReadFile(filepath.Join(d.Folder.Dir, stack.TemplateFile))
	if err != nil {
		return err
	}
	template, err := network.Read(text)
	if err != nil {
		return err
	}
	if d.network, err = d.readNetwork(ctx, d.deployed); err != nil {
		return err
	}
	d.plannedDeparture(template)
	shape := template.Shape()
	if shape.Type == spec.NetworkLambda {
		return nil
	}
	d.say("asking AWS about the network")
	shape.Calls, shape.Private = callsOf(d.Folder.Dir)
	question := network.Question{Cloud: d.Cloud, Shape: shape, Place: d.place(), Lookup: d.LookupIPv6, Claims: d.Claims}
	if d.network != nil {
		question.Own = d.network.own.In(d.network.template)
	}
	report, err := question.Ask(ctx)
	if err != nil {
		return err
	}
	report.Problems = append(report.Problems, d.movedRange(shape)...)
	return d.judgeNetwork(report)
}

// movedRange: another range makes the network anew, and CloudFormation deletes the old NAT
// gateways, which have the Elastic IPs, only after it has made the new ones.
func (d *Deployment) movedRange(next network.Shape) []network.Problem {
	if d.network == nil || next.Type != spec.NetworkNAT {
		return nil
	}
	was := d.network.template.Shape()
	if was.Type != next.Type || was.CIDR == next.CIDR {
		return nil
	}
	return []network.Problem{{Fatal: true, Field: "egress.network.cidr",
		What: "the network is made anew with " + next.CIDR + " in place of " + was.CIDR +
			", and the new NAT gateways cannot have the Elastic IPs that the old ones have until the deployment ends",
		Do: "keep " + was.CIDR + ", or deploy once with egress.network.type: lambda, and then with the new range and the Elastic IPs in " +
			"egress.network.addresses"}}
}

// judgeNetwork says what is doubtful, and refuses what cannot work.
func (d *Deployment) judgeNetwork(report network.Report) error {
	for _, note := range report.Notes {
		d.say("note: %s", note)
	}
	for _, p := range report.Doubts() {
		d.say("note: %s", p)
	}
	fatal := report.Fatal()
	if len(fatal) == 0 {
		return nil
	}
	var lines []string
	for _, p := range fatal {
		lines = append(lines, p.String())
	}
	return &Error{Kind: noNetwork, Stack: d.Name, Details: indented(lines), Message: cloud.Message{
		What: "the network of " + d.Name + " cannot be made, or leads nowhere:",
	}}
}

// callsOf is whom an egress of a folder calls, and whether that may be private: its plan
// says so. A plan that cannot be read is no reason to stop: less is asked.
func callsOf(dir string) (calls []network.Call, private bool) {
	var plan struct {
		Upstream struct {
			URL          string `json:"url"`
			AllowPrivate bool   `json:"allowPrivate"`
			Credentials  struct {
				OAuth2 struct {
					TokenURL string `json:"tokenUrl"`
				} `json:"oauth2"`
			} `json:"credentials"`
		} `json:"upstream"`
	}
	text, err := os.ReadFile(filepath.Join(dir, stack.PlanFile))
	if err != nil || json.Unmarshal(text, &plan) != nil {
		return nil, false
	}
	return network.Calls(plan.Upstream.URL, plan.Upstream.Credentials.OAuth2.TokenURL), plan.Upstream.AllowPrivate
}
