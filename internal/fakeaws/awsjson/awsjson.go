// Package awsjson is how a service of the AWS JSON protocols answers (Smithy, "AWS JSON 1.0
// protocol", "AWS JSON 1.1 protocol").
package awsjson

import (
	"encoding/json"
	"net/http"
)

// The content types of the two protocols.
const (
	V1_0 = "application/x-amz-json-1.0"
	V1_1 = "application/x-amz-json-1.1"
)

// Refusal is a service's error.
type Refusal struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
}

func (r *Refusal) Error() string { return r.Type + ": " + r.Message }

// Refuse is the refusal of this type.
func Refuse(typeName, message string) *Refusal { return &Refusal{typeName, message} }

// Answer writes what an operation gave: the refusal with status 400, or out.
func Answer(w http.ResponseWriter, contentType string, out any, refusal *Refusal) {
	w.Header().Set("Content-Type", contentType)
	if refusal != nil {
		w.WriteHeader(http.StatusBadRequest)
		out = refusal
	}
	_ = json.NewEncoder(w).Encode(out) // a client that went away
}
