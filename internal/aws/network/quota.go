package network

import (
	"context"
	"fmt"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// quota is one of Service Quotas. The value is AWS's default (Amazon VPC User Guide,
// "Amazon VPC quotas").
type quota struct {
	service, code string
	what          string // that it counts
	value         int
}

var (
	quotaAddresses  = quota{"ec2", "L-0263D0A3", "Elastic IP", 5}
	quotaNATs       = quota{"vpc", "L-FE5A380F", "NAT gateway", 5}
	quotaVPCs       = quota{"vpc", "L-F678F1CE", "VPC", 5}
	quotaGateways   = quota{"vpc", "L-A4707A72", "Internet gateway", 5}
	quotaEgressOnly = quota{"vpc", "L-45FE3B85", "egress-only Internet gateway", 5}
)

// limit is how many the account may have in the region.
func (q quota) limit(ctx context.Context, c *cloud.Cloud) (int, error) {
	var out struct {
		Quota struct{ Value *float64 }
	}
	call := cloud.JSONCall{
		ServiceID: "Service Quotas", Service: "servicequotas", Target: "ServiceQuotasV20190624", Operation: "GetServiceQuota",
	}
	err := c.Call(ctx, call, map[string]string{"ServiceCode": q.service, "QuotaCode": q.code}, &out)
	switch {
	case err != nil:
		return q.value, err
	case out.Quota.Value == nil:
		return q.value, nil
	}
	return int(*out.Quota.Value), nil
}

// request is the command that asks AWS for more.
func (q quota) request(value int, place string) string {
	return fmt.Sprintf("aws service-quotas request-service-quota-increase --service-code %s --quota-code %s --desired-value %d%s",
		q.service, q.code, value, place)
}
