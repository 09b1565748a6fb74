package cfn_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

// TestTheCodeOfAnEgressMayNotTouchInterfaces: Lambda may, with the same role; whoever has a
// function's ARN is refused. Each role refuses the functions that have it.
func TestTheCodeOfAnEgressMayNotTouchInterfaces(t *testing.T) {
	const arn = "!Sub arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
	keys := "upstream: {url: 'https://api.example', credentials: {headers: {x-key: [{parameter: /a}, {parameter: /b}, {parameter: /c}]}}}\n"
	for name, src := range map[string]string{
		"one role":       "upstream: {url: 'https://api.example'}\n",
		"a role of each": keys,
	} {
		for kind, network := range networks {
			t.Run(name+" "+kind, func(t *testing.T) {
				all := load(t, buildFile(t, readSource(t, "version: 1\nname: acme\n"+src+story+network)).text)["Resources"].(object)
				for k := 1; k <= 3; k++ {
					role := graph{t, all}.target(props(t, all, fmt.Sprint("Egress", k))["Role"])
					var allowed []string
					for _, s := range statements(props(t, all, role)["Policies"]) {
						for _, action := range asList(s["Action"]) {
							if !strings.HasPrefix(action.(string), "ec2:") {
								continue
							}
							if s["Effect"] == "Allow" {
								allowed = append(allowed, action.(string))
								continue
							}
							pattern := s["Condition"].(object)["ArnLike"].(object)["lambda:SourceFunctionArn"].(string)
							if ok, err := path.Match(pattern, arn+contract.EgressName("acme", k)); err != nil || !ok {
								t.Errorf("%s refuses %s, which is not egress %d", role, pattern, k)
							}
							if other := fmt.Sprint("acme-egress-", k%3+1); name == "a role of each" && strings.HasSuffix(pattern, other) {
								t.Errorf("%s refuses %s", role, pattern)
							}
						}
					}
					slices.Sort(allowed)
					diff(t, role, interfaces, allowed)
					denied := slices.DeleteFunc(statements(props(t, all, role)["Policies"]), func(s object) bool { return s["Effect"] == "Allow" })
					diff(t, "refused by "+role, any(len(interfaces)), any(len(asList(denied[0]["Action"]))))
				}
			})
		}
	}
}

// TestWeeklyPing: one schedule and one workflow for all egresses, with the roles that there
// are anyway.
func TestWeeklyPing(t *testing.T) {
	for name, fields := range map[string]string{
		"alone":            story + networks["nat"],
		"beside schedules": story + networks["subnets"] + "triggers:\n" + strings.ReplaceAll(schedules, "nightly", "ping"),
	} {
		t.Run(name, func(t *testing.T) {
			all := resources(t, fields)
			schedule, machine := props(t, all, "PingSchedule"), props(t, all, "Ping")
			diff(t, "schedule", object{
				"Name": "acme_ping", "GroupName": "!Ref SchedulesGroup", "ScheduleExpression": "rate(7 days)",
				"FlexibleTimeWindow": object{"Mode": "OFF"},
				"Target": object{"Arn": "!Ref Ping", "RoleArn": "!GetAtt SchedulerRole.Arn",
					"RetryPolicy": object{"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}},
			}, schedule)
			diff(t, "role and name", []any{"!GetAtt StateMachineRole.Arn", "acme_ping"}, []any{machine["RoleArn"], machine["StateMachineName"]})
			filled := machine["DefinitionSubstitutions"].(object)
			egresses := machine["Definition"].(object)["States"].(object)["Egresses"].(object)["Result"].([]any)
			for k, placeholder := range egresses {
				diff(t, "egress", any(fmt.Sprintf("!GetAtt Egress%d.Arn", k+1)), filled[strings.Trim(placeholder.(string), "${}")])
			}
			diff(t, "pinged", 3, len(egresses))
			want := []string{"states:StartExecution on !Ref Ping"}
			if name != "alone" {
				want = []string{"sqs:SendMessage on !GetAtt DeadLetters.Arn", want[0], "states:StartExecution on !Ref StateMachine"}
			}
			diff(t, "the schedules may", want, permissions(t, all, "SchedulerRole"))
			diff(t, "the workflows may", calls, slices.DeleteFunc(permissions(t, all, "StateMachineRole"), func(s string) bool {
				return !strings.HasPrefix(s, "lambda:")
			}))
			trusted := statements(props(t, all, "StateMachineRole")["AssumeRolePolicyDocument"])[0]["Condition"].(object)["ArnLike"]
			const machines = "!Sub arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:"
			diff(t, "trusted", any(object{"aws:SourceArn": []any{machines + "acme", machines + "acme_ping"}}), trusted)
		})
	}
	for id := range resources(t, story) {
		if strings.HasPrefix(id, "Ping") || id == "SchedulesGroup" {
			t.Errorf("outside of a VPC there is %s", id)
		}
	}
}

// TestPingWithRolesOfTheUsers: it makes none.
func TestPingWithRolesOfTheUsers(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/"
	all := resources(t, story+networks["nat"]+"operations: {roles: {orchestrator: "+role+"o, egress: "+role+"e, workflow: "+role+
		"w, schedules: "+role+"s}}\n")
	diff(t, "roles", []any{role + "w", role + "s", role + "e"}, []any{props(t, all, "Ping")["RoleArn"],
		props(t, all, "PingSchedule")["Target"].(object)["RoleArn"], props(t, all, "Egress1")["Role"]})
	if roles := ofType(all, "AWS::IAM::Role"); len(roles) > 0 {
		t.Errorf("the stack makes roles: %v", roles)
	}
}

// TestSubnetsOfTheUsers are parameters, which CloudFormation checks before it changes
// anything, with the spec's as defaults.
func TestSubnetsOfTheUsers(t *testing.T) {
	template := load(t, build(t, variants["subnets"]).text)
	diff(t, "parameters", []any{
		object{"Type": "List<AWS::EC2::Subnet::Id>", "Description": "The subnets of the egresses, in their order: the spec's.",
			"Default": "subnet-0123456789abcdef0,subnet-0123456789abcdef1,subnet-0123456789abcdef2"},
		object{"Type": "List<AWS::EC2::SecurityGroup::Id>", "Description": "The security groups of the egresses: the spec's.",
			"Default": "sg-0123456789abcdef0"},
	}, []any{template["Parameters"].(object)["EgressSubnets"], template["Parameters"].(object)["EgressSecurityGroups"]})
	all := template["Resources"].(object)
	for k := 1; k <= 3; k++ {
		diff(t, fmt.Sprint("egress ", k), any(object{"SubnetIds": []any{[]any{k - 1, "!Ref EgressSubnets"}},
			"SecurityGroupIds": "!Ref EgressSecurityGroups"}), props(t, all, fmt.Sprint("Egress", k))["VpcConfig"])
	}
	for id, r := range all {
		if kind := r.(object)["Type"].(string); strings.HasPrefix(kind, "AWS::EC2::") {
			t.Errorf("%s is made in a VPC of the user's: %s", id, kind)
		}
	}
}

// TestOutputsOfANetwork: what a vendor is told, in the order of the egresses.
func TestOutputsOfANetwork(t *testing.T) {
	each := func(format string) any {
		return []any{",", []any{fmt.Sprintf(format, 1), fmt.Sprintf(format, 2), fmt.Sprintf(format, 3)}}
	}
	block := func(k int) []any { return []any{0, fmt.Sprintf("!GetAtt Egress%dSubnet.Ipv6CidrBlocks", k)} }
	for network, want := range map[string]object{
		"nat": {"EgressNetwork": "nat", "EgressAddresses": each("!GetAtt Egress%dAddress.PublicIp"),
			"EgressAllocations": each("!GetAtt Egress%dAddress.AllocationId"), "EgressSubnets": each("!Ref Egress%dSubnet")},
		"own addresses": {"EgressNetwork": "nat", "EgressSubnets": each("!Ref Egress%dSubnet"),
			"EgressAllocations": "eipalloc-0123456789abcdef0,eipalloc-0123456789abcdef1,eipalloc-0123456789abcdef2"},
		"subnets": {"EgressNetwork": "subnets", "EgressSubnets": []any{",", "!Ref EgressSubnets"}},
		"ipv6": {"EgressNetwork": "ipv6", "EgressAddresses": []any{",", []any{block(1), block(2), block(3)}},
			"EgressRange": []any{0, "!GetAtt Vpc.Ipv6CidrBlocks"}, "EgressSubnets": each("!Ref Egress%dSubnet")},
	} {
		got := object{}
		for name, output := range load(t, build(t, variants[network]).text)["Outputs"].(object) {
			if strings.HasPrefix(name, "Egress") && name != "EgressFunctions" {
				got[name] = output.(object)["Value"]
			}
		}
		diff(t, network, want, got)
	}
}

// TestElasticIPsOfTheUsers are bound by their allocation IDs, in the order of the spec; the
// stack makes none, and none goes with it.
func TestElasticIPsOfTheUsers(t *testing.T) {
	g := graph{t, resources(t, variants["own addresses"])}
	for k := 1; k <= 3; k++ {
		route := g.defaultRoute(g.subnetOf(fmt.Sprint("Egress", k)))
		nat := g.target(g.properties(route)["NatGatewayId"])
		diff(t, nat, any(fmt.Sprint("eipalloc-0123456789abcdef", k-1)), g.properties(nat)["AllocationId"])
	}
	if made := g.ids("AWS::EC2::EIP"); len(made) > 0 {
		t.Errorf("the stack makes %v", made)
	}
}

// TestNamesInTheConsole: what has no name of its own has one as a tag, unless the spec has a
// tag of that key, or as many as AWS takes.
func TestNamesInTheConsole(t *testing.T) {
	many := make([]string, 49)
	for i := range many {
		many[i] = fmt.Sprintf("k%d: v", i)
	}
	for tags, want := range map[string][]string{
		"":                          {"Name=acme-egress-2", "sfngen:spec=acme"},
		"team: a":                   {"Name=acme-egress-2", "sfngen:spec=acme", "team=a"},
		"Name: mine":                {"Name=mine", "sfngen:spec=acme"},
		strings.Join(many, ", "):    nil, // 50 with sfngen's own
		strings.Join(many[1:], ","): nil,
	} {
		var got []string
		for _, tag := range props(t, resources(t, story+networks["nat"]+"tags: {"+tags+"}\n"), "Egress2NatGateway")["Tags"].([]any) {
			got = append(got, fmt.Sprint(tag.(object)["Key"], "=", tag.(object)["Value"]))
		}
		if want != nil {
			diff(t, tags, want, got)
		}
		if named := got[0] == "Name=acme-egress-2"; len(got) > 50 || len(got) < 50 && want == nil || named && strings.Contains(tags, "k0:") {
			t.Errorf("%d tags, the first is %s", len(got), got[0])
		}
	}
}
