// Package network asks AWS about the network of a stack's egresses: what a VPC needs of
// the account, which way each subnet leads out, and which interfaces are still there.
package network

import (
	"context"
	"fmt"
	"net/url"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// The elements of EC2's answers, as far as they are read (EC2 API Reference, "Data types").
type (
	// Address is an Elastic IP.
	Address struct {
		Allocation  string `xml:"allocationId"`
		IP          string `xml:"publicIp"`
		Domain      string `xml:"domain"`        // vpc, or standard of EC2-Classic
		Association string `xml:"associationId"` // "" while it is free
		Interface   string `xml:"networkInterfaceId"`
		Instance    string `xml:"instanceId"`
	}

	// NAT is a NAT gateway.
	NAT struct {
		ID        string    `xml:"natGatewayId"`
		Subnet    string    `xml:"subnetId"`
		State     string    `xml:"state"`            // pending, failed, available, deleting or deleted
		Access    string    `xml:"connectivityType"` // public, or private: no address of the Internet
		Addresses []Address `xml:"natGatewayAddressSet>item"`
	}

	// Subnet is one of a VPC.
	Subnet struct {
		ID   string `xml:"subnetId"`
		VPC  string `xml:"vpcId"`
		Zone string `xml:"availabilityZone"`
		Free int    `xml:"availableIpAddressCount"` // IPv4 addresses
	}

	// Routes are a route table.
	Routes struct {
		ID           string  `xml:"routeTableId"`
		VPC          string  `xml:"vpcId"`
		Routes       []Route `xml:"routeSet>item"`
		Associations []struct {
			Subnet string `xml:"subnetId"`
			Main   bool   `xml:"main"` // of the subnets of the VPC that no table names
		} `xml:"associationSet>item"`
	}

	// Route is one of them. At most one of what it can lead to is there.
	Route struct {
		To        string `xml:"destinationCidrBlock"`
		State     string `xml:"state"` // active, or blackhole: what it leads to is gone
		Gateway   string `xml:"gatewayId"`
		NAT       string `xml:"natGatewayId"`
		Transit   string `xml:"transitGatewayId"`
		Instance  string `xml:"instanceId"`
		Interface string `xml:"networkInterfaceId"`
		Peering   string `xml:"vpcPeeringConnectionId"`
		Local     string `xml:"localGatewayId"`
		Carrier   string `xml:"carrierGatewayId"`
		Core      string `xml:"coreNetworkArn"`
	}

	// Group is a security group.
	Group struct {
		ID  string       `xml:"groupId"`
		VPC string       `xml:"vpcId"`
		Out []Permission `xml:"ipPermissionsEgress>item"`
	}

	// Permission lets out to a range of ports: all of them where the protocol is -1.
	Permission struct {
		Protocol string `xml:"ipProtocol"`
		From     int    `xml:"fromPort"`
		Till     int    `xml:"toPort"`
		IPv4     []struct {
			CIDR string `xml:"cidrIp"`
		} `xml:"ipRanges>item"`
		Prefixes []struct {
			ID string `xml:"prefixListId"`
		} `xml:"prefixListIds>item"`
		Groups []struct {
			ID string `xml:"groupId"`
		} `xml:"groups>item"`
	}

	// Interface is a network interface.
	Interface struct {
		ID          string `xml:"networkInterfaceId"`
		Subnet      string `xml:"subnetId"`
		Description string `xml:"description"`
		Status      string `xml:"status"`        // in-use or available, and what is between them
		Kind        string `xml:"interfaceType"` // lambda, nat_gateway, vpc_endpoint, interface, …
	}

	// VPC is one of the region.
	VPC struct {
		ID     string `xml:"vpcId"`
		CIDR   string `xml:"cidrBlock"`
		Blocks []struct {
			CIDR string `xml:"cidrBlock"`
		} `xml:"cidrBlockAssociationSet>item"`
	}
)

// answer is that of any Describe call: each fills its own list.
type answer struct {
	Addresses  []Address   `xml:"addressesSet>item"`
	NATs       []NAT       `xml:"natGatewaySet>item"`
	Subnets    []Subnet    `xml:"subnetSet>item"`
	Tables     []Routes    `xml:"routeTableSet>item"`
	Groups     []Group     `xml:"securityGroupInfo>item"`
	Interfaces []Interface `xml:"networkInterfaceSet>item"`
	VPCs       []VPC       `xml:"vpcSet>item"`
	Gateways   []struct{}  `xml:"internetGatewaySet>item"`
	EgressOnly []struct{}  `xml:"egressOnlyInternetGatewaySet>item"`
	Zones      []struct {
		Name string `xml:"zoneName"`
	} `xml:"availabilityZoneInfo>item"`
	Next *string `xml:"nextToken"`
}

func (a *answer) add(b *answer) {
	a.Addresses, a.NATs, a.Subnets = append(a.Addresses, b.Addresses...), append(a.NATs, b.NATs...), append(a.Subnets, b.Subnets...)
	a.Tables, a.Groups, a.VPCs = append(a.Tables, b.Tables...), append(a.Groups, b.Groups...), append(a.VPCs, b.VPCs...)
	a.Interfaces, a.Gateways = append(a.Interfaces, b.Interfaces...), append(a.Gateways, b.Gateways...)
	a.EgressOnly, a.Zones = append(a.EgressOnly, b.EgressOnly...), append(a.Zones, b.Zones...)
}

// filter selects what a Describe call lists. An id that does not exist is no error to a
// filter: it is only not listed.
type filter struct {
	name   string
	values []string
}

// mostValues is how many values a filter may have (EC2 API Reference, Filter).
const mostValues = 200

// unpaged are the calls without pages.
var unpaged = map[string]bool{"DescribeAddresses": true, "DescribeAvailabilityZones": true}

// describe reads all pages of a Describe call.
func describe(ctx context.Context, c *cloud.Cloud, operation string, filters ...filter) (*answer, error) {
	form := url.Values{}
	for i, f := range filters {
		form.Set(fmt.Sprintf("Filter.%d.Name", i+1), f.name)
		for k, value := range f.values[:min(len(f.values), mostValues)] {
			form.Set(fmt.Sprintf("Filter.%d.Value.%d", i+1, k+1), value)
		}
	}
	if !unpaged[operation] {
		form.Set("MaxResults", "100")
	}
	call := cloud.QueryCall{ServiceID: "EC2", Service: "ec2", Operation: operation, Version: "2016-11-15"}
	pages := cloud.Pages(func(token *string) (*answer, error) {
		if token != nil {
			form.Set("NextToken", *token)
		}
		page := &answer{}
		return page, c.Query(ctx, call, form, page)
	}, func(page *answer) *string { return page.Next })
	all := &answer{}
	for page, err := range pages {
		if err != nil {
			return nil, err
		}
		all.add(page)
	}
	return all, nil
}
