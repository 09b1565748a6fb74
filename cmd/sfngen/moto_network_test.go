//go:build moto

package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

const networkSpec = `version: 1
name: orders
upstream: {url: 'https://api.example/v1'}
retry: {maxAttempts: 3}
egress: {network: {type: NETWORK}}
`

// TestMotoNATNetwork: each egress gets a subnet of its own. moto has no IPv6 ranges of a
// VPC, and cannot delete a VPC.
func TestMotoNATNetwork(t *testing.T) {
	c := account(t, strings.Replace(networkSpec, "NETWORK", "nat", 1))
	succeed(t, "deploy", "orders", "--create-bucket", "--yes")
	subnets := map[string]bool{}
	for name, f := range functions(t, c) {
		config := f.Configuration.VpcConfig
		if in := config != nil && len(config.SubnetIds) == 1; in != strings.Contains(name, "-egress-") {
			t.Errorf("%s is in %v", name, config)
		}
		if config != nil && aws.ToString(config.VpcId) != "" {
			subnets[config.SubnetIds[0]] = true
		}
	}
	if len(subnets) != 3 {
		t.Errorf("the egresses are in %v", subnets)
	}
}
