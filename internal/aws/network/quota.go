package network

import (
	"context"
	"fmt"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/gen/plan"
)

// quota is one of Service Quotas.
type quota plan.AccountQuota

// limit is how many the account may have in the region, or in each zone of it.
func (q quota) limit(ctx context.Context, c *cloud.Cloud) (int, error) {
	var out struct {
		Quota struct{ Value *float64 }
	}
	call := cloud.JSONCall{
		ServiceID: "Service Quotas", Service: "servicequotas", Target: "ServiceQuotasV20190624", Operation: "GetServiceQuota",
	}
	err := c.Call(ctx, call, map[string]string{"ServiceCode": q.Service, "QuotaCode": q.Code}, &out)
	switch {
	case err != nil:
		return q.Default, err
	case out.Quota.Value == nil:
		return q.Default, nil
	}
	return int(*out.Quota.Value), nil
}

// request is the command that asks AWS for more.
func (q quota) request(value int, place string) string {
	return fmt.Sprintf("aws service-quotas request-service-quota-increase --service-code %s --quota-code %s --desired-value %d%s",
		q.Service, q.Code, value, place)
}
