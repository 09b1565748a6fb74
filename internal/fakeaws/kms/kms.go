// Package kms is KMS, as far as a deployment looks at the key of a stack.
package kms

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
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
	key, known := s.Keys[in.KeyID]
	switch {
	case s.Denied[operation]:
		answer(w, http.StatusBadRequest, map[string]any{"__type": "AccessDeniedException", "Message": "User: u is not authorized to " +
			"perform: kms:" +
			operation + " on resource: " + in.KeyID + " because no identity-based policy allows the kms:" + operation + " action"})
	case !known:
		answer(w, http.StatusBadRequest, map[string]any{"__type": "NotFoundException", "message": "Key '" + in.KeyID + "' does not exist"})
	case operation == "DescribeKey":
		answer(w, http.StatusOK, map[string]any{"KeyMetadata": map[string]string{"KeyState": cmp.Or(key.State, "Enabled"),
			"KeySpec": cmp.Or(key.Spec, "SYMMETRIC_DEFAULT"), "KeyUsage": "ENCRYPT_DECRYPT"}})
	case operation == "GetKeyPolicy":
		answer(w, http.StatusOK, map[string]any{"Policy": key.Policy})
	}
}

func answer(w http.ResponseWriter, status int, body map[string]any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who asked has gone
}
