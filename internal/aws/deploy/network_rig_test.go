package deploy

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/ec2"
)

// The networks that a stack may have, as far as deploying sees them.
const (
	vpcOfStack = `  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.42.0.0/16}}
  EgressSecurityGroup: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc}}
  PublicSubnet1: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, AvailabilityZone: !Select [0, !GetAZs '']}}
  PublicSubnet2: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, AvailabilityZone: !Select [1, !GetAZs '']}}
`
	subnetOfStack = `  Egress#Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc}}
`
	addressOfStack = `  Egress#Address: {Type: AWS::EC2::EIP, DeletionPolicy: RetainExceptOnCreate, Properties: {Domain: vpc}}
  Egress#NatGateway: {Type: AWS::EC2::NatGateway,
    Properties: {SubnetId: !Ref PublicSubnet1, AllocationId: !GetAtt Egress#Address.AllocationId}}
`
	addressOfUser = `  Egress#NatGateway: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref PublicSubnet1, AllocationId: eipalloc-#}}
`
	onlyOut = `  EgressOnlyGateway: {Type: AWS::EC2::EgressOnlyInternetGateway, Properties: {VpcId: !Ref Vpc}}
`
	subnetsOfUser = `  EgressSubnets: {Type: 'List<AWS::EC2::Subnet::Id>', Default: 'subnet-1,subnet-2,subnet-3'}
  EgressSecurityGroups: {Type: 'List<AWS::EC2::SecurityGroup::Id>', Default: sg-1}
`
	inStack = "      VpcConfig: {SubnetIds: [!Ref Egress#Subnet], SecurityGroupIds: [!Ref EgressSecurityGroup]}\n"
	inUsers = "      VpcConfig: {SubnetIds: [!Select [@, !Ref EgressSubnets]], SecurityGroupIds: !Ref EgressSecurityGroups}\n"
)

// networked is the golden template with a network: nat, own (Elastic IPs of the user),
// subnets, ipv6, or lambda. attached puts the functions into it.
func networked(t *testing.T, kind string, attached bool, replaced ...string) string {
	t.Helper()
	text := template(t, replaced...)
	resources, parameters, config := "", "", inStack
	switch kind {
	case "lambda":
		return text
	case "subnets":
		parameters, config = subnetsOfUser, inUsers
	case "nat":
		resources = vpcOfStack + each(subnetOfStack) + each(addressOfStack)
	case "own":
		resources = vpcOfStack + each(subnetOfStack) + each(addressOfUser)
	case "ipv6":
		resources = vpcOfStack + onlyOut + each(subnetOfStack)
	default:
		t.Fatal(kind)
	}
	text = strings.Replace(text, "\nResources:\n", "\n"+parameters+"Resources:\n"+resources, 1)
	text = strings.Replace(text, "\n\nResources:", "\nResources:", 1)
	for k := range 3 {
		if name := ofEgress(k, "      FunctionName: acme-orders-egress-#\n"); attached {
			text = strings.Replace(text, name, name+ofEgress(k, config), 1)
		}
	}
	return text
}

// each has the text for three egresses.
func each(text string) string {
	return ofEgress(0, text) + ofEgress(1, text) + ofEgress(2, text)
}

// ofEgress is the text of an egress: # is its number, @ its place in a list, from 0.
func ofEgress(place int, text string) string {
	return strings.NewReplacer("#", strconv.Itoa(place+1), "@", strconv.Itoa(place)).Replace(text)
}

// netRig is a rig with a network.
type netRig struct {
	*rig
	ec2 *ec2.Fake
}

// lambdaInterface is one of Lambda's, which goes after so many looks.
func lambdaInterface(k string, looks int) ec2.Interface {
	return ec2.Interface{ID: "eni-" + k, Subnet: "subnet-" + k, Status: "in-use", Kind: "lambda", Looks: looks,
		Description: "AWS Lambda VPC ENI-acme-orders-egress-" + k + "-4f1c07ae"}
}

// newNetRig has a stack of a network in a state. Its functions have interfaces, which hold
// subnets and security groups of the stack.
func newNetRig(t *testing.T, kind, status string, attached bool) *netRig {
	t.Helper()
	w := &netRig{rig: newRig(t), ec2: &ec2.Fake{
		Interfaces: []ec2.Interface{lambdaInterface("1", 3), lambdaInterface("2", 40), lambdaInterface("3", 3)},
		Zones:      []string{"eu-central-1a", "eu-central-1b", "eu-central-1c"},
	}}
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": w.rig, "lambda": w.functions, "states": w.machines,
		"s3": http.HandlerFunc(w.serveS3), "ec2": http.HandlerFunc(w.serveEC2), "servicequotas": ec2.Quotas{}})
	var err error
	if w.session.Cloud, err = cloud.Open(t.Context(), cloud.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"1", "2", "3"} {
		w.ec2.Addresses = append(w.ec2.Addresses, ec2.Address{Allocation: "eipalloc-" + k, IP: "203.0.113." + k, Domain: "vpc"})
	}
	w.fake.Blocks = func(_, kind string) string {
		if left := w.ec2.Left(); len(left) > 0 && (kind == "AWS::EC2::Subnet" || kind == "AWS::EC2::SecurityGroup") {
			return "resource sg-1 has a dependent object (Service: Ec2, Status Code: 400, Request ID: 1)"
		}
		return ""
	}
	w.deployed(func(s *cloudformation.Stack) {
		s.Status, s.Template = status, networked(t, kind, attached)
		s.Physical = map[string]string{"Vpc": "vpc-1"}
		for _, k := range []string{"1", "2", "3"} {
			s.Physical["Egress"+k+"Subnet"], s.Physical["Egress"+k+"Address"] = "subnet-"+k, "203.0.113."+k
			s.Physical["Egress"+k+"NatGateway"], s.Physical["PublicSubnet"+k] = "nat-"+k, "subnet-9"+k
		}
		s.Parameters = append(s.Parameters, cloudformation.Pair{Key: "EgressSubnets", Value: "subnet-1,subnet-2,subnet-3"})
	})
	w.ec2.Held = nil
	return w
}

// serveEC2 lets Lambda begin to delete interfaces once no function of the stack is in the
// VPC.
func (w *netRig) serveEC2(rw http.ResponseWriter, r *http.Request) {
	s := w.fake.Stack("acme-orders")
	held := s != nil && strings.Contains(s.Template, "VpcConfig") && slices.Contains(w.fake.Resources("acme-orders"), "Egress1")
	w.ec2.Held = func() bool { return held }
	if err := r.ParseForm(); err != nil {
		w.t.Error(err)
	}
	if w.cut != nil && w.cut(rw, r, r.Form.Get("Action")) {
		return
	}
	w.ec2.ServeHTTP(rw, r)
}
