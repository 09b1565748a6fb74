// Package kms is KMS, as far as a deployment looks at the key of a stack.
package kms

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/sfngen/sfngen/internal/fakeaws/awsjson"
)

// Key is one key.
type Key struct {
	State  string // "": Enabled
	Spec   string // "": SYMMETRIC_DEFAULT
	Policy string // JSON
}

// Service has keys by their ARNs. Denied are the operations that it denies.
type Service struct {
	Keys   map[string]Key
	Denied map[string]bool
	Calls  []string
}

// ServeHTTP answers DescribeKey and GetKeyPolicy (AWS JSON 1.1 protocol).
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var in struct {
		KeyID string `json:"KeyId"`
	}
	_ = json.NewDecoder(r.Body).Decode(&in)
	s.Calls = append(s.Calls, operation)
	out, refusal := s.answer(operation, in.KeyID)
	awsjson.Answer(w, awsjson.V1_1, out, refusal)
}

func (s *Service) answer(operation, id string) (any, *awsjson.Refusal) {
	key, known := s.Keys[id]
	switch {
	case s.Denied[operation]:
		return nil, awsjson.Refuse("AccessDeniedException", "User: u is not authorized to perform: kms:"+operation+" on resource: "+id+
			" because no identity-based policy allows the kms:"+operation+" action")
	case !known:
		return nil, awsjson.Refuse("NotFoundException", "Key '"+id+"' does not exist")
	case operation == "DescribeKey":
		return map[string]any{"KeyMetadata": map[string]string{"KeyState": cmp.Or(key.State, "Enabled"),
			"KeySpec": cmp.Or(key.Spec, "SYMMETRIC_DEFAULT"), "KeyUsage": "ENCRYPT_DECRYPT"}}, nil
	case operation == "GetKeyPolicy":
		return map[string]any{"Policy": key.Policy}, nil
	}
	return nil, awsjson.Refuse("UnknownOperationException", operation)
}
