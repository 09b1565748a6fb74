package cfn

import (
	"encoding/json"
	"net/http"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Successes is what a template's state machine takes for a success of the API's.
type Successes struct {
	Codes         contract.StatusCodes // none where the template does not say it
	RedirectsFail bool                 // those of POST and PATCH: see contract.Policy
}

// ReadSuccesses reads them from a template that this or another version of sfngen
// generated, as the policy of its attempts has them.
func ReadSuccesses(text []byte) Successes {
	var t readTemplate
	var machine struct {
		Definition struct {
			States map[string]struct {
				Parameters struct {
					Payload struct {
						Policy struct {
							SuccessStatusCodes []any `yaml:"successStatusCodes"`
							RedirectsFail      bool  `yaml:"redirectsFail"`
						} `yaml:"policy"`
					} `yaml:"Payload"`
				} `yaml:"Parameters"`
			} `yaml:"States"`
		} `yaml:"Definition"`
	}
	if yaml.Unmarshal(text, &t) != nil || !t.has(StateMachineID, &machine) {
		return Successes{}
	}
	policy := machine.Definition.States["Attempt 1"].Parameters.Payload.Policy
	s := Successes{RedirectsFail: policy.RedirectsFail}
	codes, err := json.Marshal(policy.SuccessStatusCodes)
	if err != nil || json.Unmarshal(codes, &s.Codes) != nil {
		return Successes{}
	}
	return s
}

// Contain reports whether an answer of the API's to a caller's request is a success, as
// the egress decides it.
func (s Successes) Contain(method string, code int) bool {
	isRedirection := code >= 300 && code <= 399
	acts := method == http.MethodPost || method == http.MethodPatch
	return s.Codes.Contains(code) && !(isRedirection && acts && s.RedirectsFail)
}
