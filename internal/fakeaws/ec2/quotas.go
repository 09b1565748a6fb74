package ec2

import (
	"encoding/json"
	"net/http"

	"github.com/sfngen/sfngen/internal/fakeaws/awsjson"
)

// Quotas is Service Quotas: values by quota code. One that is not there has no value of the
// account's own.
type Quotas struct {
	Values map[string]float64
	Denied bool
}

// ServeHTTP answers GetServiceQuota.
func (q Quotas) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, refusal := q.answer(r)
	awsjson.Answer(w, awsjson.V1_1, out, refusal)
}

func (q Quotas) answer(r *http.Request) (any, *awsjson.Refusal) {
	var in struct{ ServiceCode, QuotaCode string }
	err := json.NewDecoder(r.Body).Decode(&in)
	value, known := q.Values[in.QuotaCode]
	switch {
	case r.Header.Get("X-Amz-Target") != "ServiceQuotasV20190624.GetServiceQuota":
		return nil, awsjson.Refuse("UnknownOperationException", "")
	case err != nil || in.ServiceCode != "ec2" && in.ServiceCode != "vpc" || len(in.QuotaCode) != len("L-0263D0A3"):
		return nil, awsjson.Refuse("IllegalArgumentException", "")
	case q.Denied:
		return nil, awsjson.Refuse("AccessDeniedException", "User: arn:aws:sts::123456789012:assumed-role/deployer/ada is not authorized to "+
			"perform: servicequotas:GetServiceQuota because no identity-based policy allows the servicequotas:GetServiceQuota action")
	case !known:
		return nil, awsjson.Refuse("NoSuchResourceException", "The request failed because the specified quota does not exist.")
	}
	return map[string]any{"Quota": map[string]any{
		"ServiceCode": in.ServiceCode, "QuotaCode": in.QuotaCode, "Value": value, "Adjustable": true,
	}}, nil
}
