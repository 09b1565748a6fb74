package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

const operated = "version: 1\nname: acme\nupstream: {url: \"https://api.acme.example\"}\nretry: {maxAttempts: 3}\n"

// ARNs have to be of the stack's partition, of one account and of one region.
func TestOperationsOfOtherPlaces(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"a boundary of China", operated + "operations: {permissionsBoundary: 'arn:aws-cn:iam::123456789012:policy/b'}\n",
			"operations.permissionsBoundary: is in the partition aws-cn, and the stack in aws; write the ARN of a policy there, or " +
				"partition: aws-cn [operations-permissions-boundary]"},
		{"a role of GovCloud", operated + "operations: {roles: {events: 'arn:aws-us-gov:iam::123456789012:role/b'}}\n" +
			"triggers: {events: [{name: sold, pattern: {source: [shop]}, request: {method: GET, path: /}}]}\n",
			"operations.roles.events: is in the partition aws-us-gov, and the stack in aws; write the ARN of a role there, or " +
				"partition: aws-us-gov [operations-roles-events]"},
		{"a key of AWS in China", operated + "partition: aws-cn\noperations: {kmsKey: 'arn:aws:kms:eu-west-1:123456789012:key/k'}\n",
			"operations.kmsKey: is in the partition aws, and the stack in aws-cn; write the ARN of a key there, or partition: aws " +
				"[operations-kms-key]"},
		{"AWS's own boundary", operated + "operations: {permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess', " +
			"roles: {workflow: 'arn:aws:iam::123456789012:role/w'}}\n", ""},
		{"a key beside a secret of another region", strings.Replace(operated, "example\"}", "example\", credentials: {headers: {x-key: "+
			"{secret: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:k'}}}}", 1) +
			"operations: {kmsKey: 'arn:aws:kms:eu-central-1:123456789012:key/k'}\n",
			"operations.kmsKey: is in eu-central-1, and upstream.credentials.headers.x-key in eu-west-1: a stack is in one region, and its key " +
				"with it; write the ARN of a key there; a multi-Region key has a replica in each region [operations-region]"},
		{"a key of another account", operated + "operations: {kmsKey: 'arn:aws:kms:eu-central-1:210987654321:key/k', " +
			"permissionsBoundary: 'arn:aws:iam::123456789012:policy/b'}\n", ""},
		{"a key whose name has no end", operated + "operations: {kmsKey: 'arn:aws:kms:eu-central-1:123456789012:key/" +
			strings.Repeat("a", 3000) + "'}\n",
			"operations.kmsKey: must be the ARN of a KMS key, as in arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-" +
				"1234567890ab, got \"arn:aws:kms:eu-central-1:123456789012:key/" + strings.Repeat("a", 18) + "\"… [operations-kms-key]"},
		{"a dashboard of logs without metrics, which CloudWatch Logs Insights reads", operated +
			"operations: {dashboard: true, logClass: infrequentAccess}\n",
			"operations.logClass: CloudWatch Logs Insights alone reads logs of this class, for a price by the gigabyte: 'sfngen trace' " +
				"finds nothing in them; write logClass: standard; if half the price of writing them is worth it, ignore this " +
				"warning: AWS changes the class of no log group later [log-class-unsearchable]"},
		{"a role for the ping of a network", operated + "egress: {network: {type: ipv6}}\n" +
			"operations: {roles: {schedules: 'arn:aws:iam::123456789012:role/s'}}\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, findings := spec.Parse("spec.yaml", []byte(test.src))
			var got []string
			for _, line := range lines(findings) {
				if _, text, ok := strings.Cut(line, ": operations."); ok {
					got = append(got, "operations."+text)
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
