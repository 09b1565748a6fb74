package fakeaws

import (
	"encoding/xml"
	"net/http"
)

// STS answers GetCallerIdentity with the ARN.
func STS(caller string) http.Handler {
	type result struct {
		Arn     string
		UserID  string `xml:"UserId"`
		Account string
	}
	type response struct {
		XMLName xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ GetCallerIdentityResponse"`
		Result  result   `xml:"GetCallerIdentityResult"`
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		// a client that went away
		_ = xml.NewEncoder(w).Encode(response{Result: result{Arn: caller, UserID: "AROAEXAMPLE:ada", Account: Account}})
	})
}
