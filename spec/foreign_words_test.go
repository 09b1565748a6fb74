package spec

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestForeignWords: each word is answered with our field and its system's name,
// wherever it is, and the field is not reported as missing.
func TestForeignWords(t *testing.T) {
	for _, word := range slices.Concat(retryWords, stackWords, credentialWords) {
		t.Run(word.word, func(t *testing.T) {
			if rootShape().at(word.target).schema == nil {
				t.Fatalf("the spec has no field %s", word.target)
			}
			got := onlyForeign(t, wordIn(word))
			if !strings.Contains(got.Message, word.system) || !strings.Contains(got.Message, word.target) {
				t.Errorf("got %s, want %q and %q", got, word.system, word.target)
			}
		})
	}
}

// TestAbsentWords: each word for what a spec cannot do is answered so, with what to do,
// and no field of the schema has that name: where one comes, the word has to go.
func TestAbsentWords(t *testing.T) {
	fields := map[string]string{}
	rootShape().walk("", func(path string, _ shape) {
		if !strings.Contains(path, "[]") {
			fields[plain(path[strings.LastIndexByte(path, '.')+1:])] = path
		}
	})
	seen := map[string]bool{}
	for _, word := range absentWords() {
		t.Run(word.word, func(t *testing.T) {
			if field := fields[plain(word.word)]; field != "" {
				t.Errorf("there is %s by now", field)
			}
			if seen[word.word] {
				t.Error("it is there twice")
			}
			seen[word.word] = true
			got := onlyForeign(t, word.word+": 5\n")
			if !strings.HasPrefix(got.Message, "is a word of "+word.system+"; ") || got.Hint != word.lack.instead {
				t.Errorf("got %s", got)
			}
		})
	}
}

// TestLacksNameFields: what to do in place of something is possible.
func TestLacksNameFields(t *testing.T) {
	field := regexp.MustCompile(`\b(?:upstream|retry|egress|workflow|triggers|operations)(?:\.[a-zA-Z]+)+`)
	for _, l := range lacks {
		if l.what == "" || l.instead == "" || strings.Contains(l.what, "\n") {
			t.Errorf("%q, %q: one sentence each", l.what, l.instead)
		}
		for _, name := range field.FindAllString(l.instead, -1) {
			if rootShape().at(name).schema == nil {
				t.Errorf("%q names %s, which the spec has not", l.instead, name)
			}
		}
	}
}

// TestSectionWords count in the section of their field, and nowhere else.
func TestSectionWords(t *testing.T) {
	for _, word := range slices.Concat(sectionWords, ruleWords) {
		section := word.target[:strings.LastIndexByte(word.target, '.')]
		within := strings.ReplaceAll(section, "[]", "[3]")
		if got, ok := foreignWord(word.word, within, nil); !ok || strings.ReplaceAll(got.target, "[3]", "[]") != word.target {
			t.Errorf("%s in %s: got %v", word.word, within, got)
		}
		if got, ok := foreignWord(word.word, "tags", nil); ok && got.target == word.target {
			t.Errorf("%s in tags: got %v", word.word, got)
		}
	}
}

// onlyForeign is the one finding of a spec with this line.
func onlyForeign(t *testing.T, line string) Finding {
	t.Helper()
	_, findings := Parse("spec.yaml",
		[]byte("version: 1\nname: acme\nupstream: {url: https://api.acme.example}\nretry: {maxAttempts: 3}\n"+line))
	if len(findings) != 1 || findings[0].Rule != "foreign-word" {
		t.Fatalf("got %v, want one foreign-word", findings)
	}
	return findings[0]
}

// wordIn is a line with the word: at the top, unless it means something else there.
func wordIn(word foreign) string {
	if atTop, _ := foreignWord(word.word, "", nil); atTop.target == word.target {
		return word.word + ":\n"
	}
	line, sections := word.word+": ", strings.Split(word.target, ".")
	for _, section := range slices.Backward(sections[:len(sections)-1]) {
		line = section + ": {" + line + "}"
	}
	return line + "\n"
}

func TestForeignWordCarriesItsValue(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{"counts retries", "maxRetries: 2", "write retry.maxAttempts: 3 (it counts the first call too)"},
		{"other spelling", "max-retries: 2", "write retry.maxAttempts: 3 (it counts the first call too)"},
		{"Envoy counts retries", "num_retries: 0", "write retry.maxAttempts: 1 (it counts the first call too)"},
		{"ASL counts retries", "MaxAttempts: 2", "write retry.maxAttempts: 3 (it counts the first call too)"},
		{"the AWS SDKs count calls", "max_attempts: 2", "write retry.maxAttempts: 2"},
		{"ours in the wrong place", "maxAttempts: 2", "write retry.maxAttempts: 2"},
		{"seconds", "IntervalSeconds: 2", "write retry.backoff.initialDelay: 2s"},
		{"part of a second", "IntervalSeconds: 1.5", "write retry.backoff.initialDelay: 2s"},
		{"milliseconds", "retryDelay: 2500", "write retry.backoff.initialDelay: 3s"},
		{"a factor", "BackoffRate: 2.5", "write retry.backoff.multiplier: 2.5"},
		{"a factor out of range", "BackoffRate: 25", ""},
		{"a duration", "maxBackoff: 10s", "write retry.backoff.maxDelay: 10s"},
		{"a number that may be anything", "timeout: 5000", ""},
		{"capitals", "JitterStrategy: FULL", "write retry.backoff.jitter: full"},
		{"codes", "retriable_status_codes: [429, 503]", "write retry.retryableStatusCodes: [429, 503]"},
		{"a URL", "baseUrl: https://api.acme.example", "write upstream.url: https://api.acme.example"},
		{"a mapping", "attempts: {count: 2}", ""},
		{"no value", "attempts:", ""},
		{"a text", "retries: many", ""},
		{"of a list's item", "triggers: {schedules: [{name: nightly, cron: x, request: {method: GET, path: /}}]}", ""},
		{"a rate in a schedule", "triggers: {schedules: [{name: nightly, rate: rate(5 minutes), request: {method: GET, path: /}}]}",
			"write triggers.schedules[0].expression: rate(5 minutes)"},
		{"what is not one field", "throttle: {rate: 5}", "state it in upstream.limits, and write egress.coordination: dynamodb, by which " +
			"all executions keep them; egress.concurrency bounds the calls at once"},
		{"of a whole execution", "workflow: {TimeoutSeconds: 90}", "write retry.deadline: 90s"},
		{"of one attempt", "TimeoutSeconds: 90", "write retry.attemptTimeout: 90s"},
		{"by its section", "egress: {reservedConcurrency: 7}", "write egress.concurrency: 7"},
		{"by another section", "triggers: {functionUrl: {reserved_concurrency: 7}}", "write triggers.functionUrl.concurrency: 7"},
		{"a VPC of AWS SAM", "VpcConfig: {SecurityGroupIds: [sg-01234567], SubnetIds: [subnet-01234567, subnet-01234568]}",
			"write egress.network: {type: subnets, subnets: [subnet-01234567, subnet-01234568], securityGroups: [sg-01234567]}"},
		{"a VPC of the Serverless Framework", "vpc: {securityGroupIds: [sg-01234567], subnetIds: [subnet-01234567]}",
			"write egress.network: {type: subnets, subnets: [subnet-01234567], securityGroups: [sg-01234567]}"},
		{"a VPC of Terraform", "egress: {vpc_config: {subnet_ids: [subnet-01234567], security_group_ids: [sg-01234567]}}",
			"write egress.network: {type: subnets, subnets: [subnet-01234567], securityGroups: [sg-01234567]}"},
		{"a VPC by its own ID", "vpc: vpc-01234567", ""},
		{"a VPC of references", "vpc_config: {subnet_ids: ['${aws_subnet.a.id}'], security_group_ids: [sg-01234567]}", ""},
		{"a VPC without security groups", "vpc: {subnetIds: [subnet-01234567]}", ""},
		{"subnets alone", "subnet_ids: [subnet-01234567]", "write egress.network.subnets: [subnet-01234567]"},
		{"one subnet", "subnetId: subnet-01234567", "write egress.network.subnets: [subnet-01234567]"},
		{"one Elastic IP", "eip: eipalloc-01234567", "write egress.network.addresses: [eipalloc-01234567]"},
		{"addresses that are no allocations", "staticIps: [192.0.2.1]", ""},
		{"the network in its section", "egress: {network: {SecurityGroupIds: [sg-01234567]}}",
			"write egress.network.securityGroups: [sg-01234567]"},
		{"how many NAT gateways", "natGateways: 3", "write egress.network.type: nat"},
		{"IPv6", "egress: {ipv6: true}", "write egress.network.type: ipv6"},
		{"the range in its section", "egress: {network: {cidr_block: 10.1.0.0/16}}", "write egress.network.cidr: 10.1.0.0/16"},
		{"absurd", "retries: 1e30", ""},
		{"negative", "retries: -1", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := Parse("spec.yaml",
				[]byte("version: 1\nname: acme\nupstream: {url: https://api.acme.example}\nretry: {maxAttempts: 3}\n"+test.line+"\n"))
			if len(findings) != 1 || findings[0].Rule != "foreign-word" {
				t.Fatalf("got %v, want one foreign-word", findings)
			}
			if diff := cmp.Diff(test.want, findings[0].Hint); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
		})
	}
}
