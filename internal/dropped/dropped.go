// Package dropped knows which header fields of a request do not reach the API of a
// stack, and which of an answer do not come back, and why: nobody finds that out
// from the answer alone.
package dropped

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Field is a header field, or a parameter of the query, that did not pass.
type Field struct {
	Name   string `json:"name"` // of a header in lower case, of a parameter decoded
	Reason string `json:"reason"`
	// Setting is the field of the spec that decides; "" where none can let it pass.
	Setting string `json:"setting,omitempty"`
	// Parameter: it is one of the query.
	Parameter bool `json:"-"`
}

// Rules are what a spec says about the headers and parameters of its callers and of their
// answers.
type Rules struct {
	Forwarded []string          // those that pass under their own name, lower case
	Renamed   map[string]string // those that pass under another: the caller's name to the API's, lower case
	Fixed     []string          // those that the spec sets itself, lower case
	Shown     []string          // those that upstream.credentials sets, lower case
	// FixedParameters are those that the spec sets itself, ShownParameters those that
	// upstream.credentials sets: names, decoded.
	FixedParameters, ShownParameters []string
	Signed                           bool // a caller of the function URL signs its request for AWS
	// CORS says that the function URL answers browsers itself, UpstreamExposes that the
	// API's list of headers for scripts passes even so.
	CORS, UpstreamExposes bool
}

// IsForAPI reports whether a request to a path of the function URL is for the API.
func IsForAPI(path string) bool { return !strings.HasPrefix(path, contract.ReservedPath+"/") }

// Of are the fields of a request that do not reach the API, by name. Those that clients
// send unasked are left out, unless they are among asked (names in any case).
func (r Rules) Of(header http.Header, asked []string) []Field {
	var fields []Field
	hopByHop := contract.HopByHop(header.Values("Connection")...)
	for _, key := range slices.Sorted(maps.Keys(header)) {
		name := strings.ToLower(key)
		isAsked := slices.ContainsFunc(asked, func(a string) bool { return strings.EqualFold(a, name) })
		if header[key] == nil || !isAsked && (isUnasked(name, header) || r.Signed && isSignature(name, header)) {
			continue
		}
		if f, drops := r.field(name, hopByHop[name], header); drops {
			fields = append(fields, f)
		}
	}
	return fields
}

// field also reports whether it is dropped at all.
func (r Rules) field(name string, hopByHop bool, sent http.Header) (Field, bool) {
	why, own := contract.OwnHeaders[name]
	_, renamed := r.Renamed[name]
	other := r.becomes(name)
	switch {
	case name == "accept-encoding":
		return header(name, why, "upstream.acceptEncoding"), true
	case own:
		return header(name, "it never passes, because "+why, ""), true
	case hopByHop: // by name: the others are own
		return header(name, "the request's connection header names it", ""), true
	case slices.Contains(r.Shown, cmp.Or(r.Renamed[name], name)):
		return header(name, "upstream.credentials sends its own", "upstream.credentials"), true
	case renamed:
		return Field{}, false
	case slices.Contains(r.Fixed, name):
		return header(name, "upstream.headers sends its own", "upstream.headers"), true
	case other != "" && sent[http.CanonicalHeaderKey(other)] != nil:
		return header(name, other+" goes out under this name", "upstream.renameHeaders"), true
	case slices.Contains(r.Forwarded, name):
		return Field{}, false
	case other != "":
		return header(name, "upstream.renameHeaders sends "+other+" under this name", "upstream.renameHeaders"), true
	case name == "authorization" && r.Signed:
		return header(name, "upstream.forwardHeaders does not list it; deployed with triggers.functionUrl.auth: iam, it holds the caller's "+
			"AWS signature, and upstream.renameHeaders can send another header on as authorization", "upstream.renameHeaders"), true
	}
	return header(name, "upstream.forwardHeaders does not list it", "upstream.forwardHeaders"), true
}

func header(name, reason, setting string) Field {
	return Field{Name: name, Reason: reason, Setting: setting}
}

// becomes is the caller's header that goes out under a name; "" for none.
func (r Rules) becomes(name string) string {
	for from, to := range r.Renamed {
		if to == name {
			return from
		}
	}
	return ""
}

// FromAnswer are the fields of the API's answer, by their names in lower case as an
// egress has reported them, that the caller does not get. A length is not the API's in
// any case.
func (r Rules) FromAnswer(names []string) []Field {
	var fields []Field
	for _, name := range slices.Sorted(slices.Values(names)) {
		switch {
		case strings.HasPrefix(name, "access-control-"):
			if r.CORS && !(r.UpstreamExposes && name == "access-control-expose-headers") {
				fields = append(fields, header(name, "the function URL answers for CORS", "triggers.functionUrl.cors"))
			}
		case strings.HasPrefix(name, contract.ReservedHeaders):
			fields = append(fields, header(name, "names that begin with "+contract.ReservedHeaders+" are sfngen's own", ""))
		case name == "x-amzn-requestid":
			fields = append(fields, header(name, "Lambda sends its own", ""))
		}
	}
	return fields
}

// ofSeveral turns a reason for one field into that for several.
var ofSeveral = strings.NewReplacer(" list it", " list them", "it holds", "they hold", " names it", " names them",
	"it never passes", "they never pass", "because it is", "because they are", "because it follows", "because they follow")

// Sentences say of the fields that something happens to them: "WHAT the headers a and b:
// REASON", one for each reason; parameters and headers apart.
func Sentences(what string, fields []Field) []string {
	type kind struct {
		reason    string
		parameter bool
	}
	var kinds []kind
	names := map[kind][]string{}
	for _, f := range fields {
		of := kind{f.Reason, f.Parameter}
		if names[of] == nil {
			kinds = append(kinds, of)
		}
		names[of] = append(names[of], f.Name)
	}
	sentences := make([]string, len(kinds))
	for i, of := range kinds {
		list := names[of]
		noun, reason := count.Verb(len(list), "header", "headers"), of.reason
		if of.parameter {
			noun = count.Verb(len(list), "parameter", "parameters")
		}
		if len(list) > 1 {
			reason = ofSeveral.Replace(reason)
		}
		sentences[i] = fmt.Sprintf("%s the %s %s: %s", what, noun, count.And(list...), reason)
	}
	return sentences
}
