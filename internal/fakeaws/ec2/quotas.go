package ec2

import (
	"encoding/json"
	"net/http"
)

// Quotas is Service Quotas: values by quota code. One that is not there has no value of the
// account's own.
type Quotas struct {
	Values map[string]float64
	Denied bool
}

func (q Quotas) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	var in struct{ ServiceCode, QuotaCode string }
	answer := func(status int, value any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(value) // a client that went away
	}
	refuse := func(code, message string) {
		answer(http.StatusBadRequest, map[string]string{"__type": code, "Message": message})
	}
	err := json.NewDecoder(r.Body).Decode(&in)
	value, known := q.Values[in.QuotaCode]
	switch {
	case r.Header.Get("X-Amz-Target") != "ServiceQuotasV20190624.GetServiceQuota":
		refuse("UnknownOperationException", "")
	case err != nil || in.ServiceCode != "ec2" && in.ServiceCode != "vpc" || len(in.QuotaCode) != len("L-0263D0A3"):
		refuse("IllegalArgumentException", "")
	case q.Denied:
		refuse("AccessDeniedException", "User: arn:aws:sts::123456789012:assumed-role/deployer/ada is not authorized to perform: "+
			"servicequotas:GetServiceQuota because no identity-based policy allows the servicequotas:GetServiceQuota action")
	case !known:
		refuse("NoSuchResourceException", "The request failed because the specified quota does not exist.")
	default:
		answer(http.StatusOK, map[string]any{"Quota": map[string]any{
			"ServiceCode": in.ServiceCode, "QuotaCode": in.QuotaCode, "Value": value, "Adjustable": true,
		}})
	}
}
