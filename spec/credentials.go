package spec

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Credentials are what the upstream wants to see of the one that calls: references to
// values that no file has.
type Credentials struct {
	Headers           map[string][]Reference // lower-case names
	Query             map[string][]Reference
	OAuth2            *OAuth2 // nil for none
	ClientCertificate []Reference
	CABundle          string // the path of a file, from the spec's folder; "" for none
	KMSKey            string // ARN; "" for AWS's own
	TTL               time.Duration
}

// OAuth2 says how a token is got by client credentials.
type OAuth2 struct {
	TokenURL               string
	ClientID, ClientSecret []Reference
	Scopes                 []string
	Audience               string
	AuthStyle              string // credentials.AuthHeader, credentials.AuthBody
}

// Reference says where a value is: one of Secret, Parameter and Text. Of a list of them
// egress k has the k-th.
type Reference struct {
	Secret    string // of Secrets Manager: name or ARN
	Parameter string // of Parameter Store: name or ARN
	Text      string // the value itself, where it is public
	Key       string // the field of a JSON value; "" for all of it
	Prefix    string // goes before the value
}

// UnmarshalJSON reads a reference, or a text where the value itself may stand. The reader
// has checked what it reads.
func (r *Reference) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, &r.Text) == nil {
		return nil
	}
	var fields struct{ Secret, Parameter, Key, Prefix string }
	err := json.Unmarshal(text, &fields)
	r.Secret, r.Parameter, r.Key, r.Prefix = fields.Secret, fields.Parameter, fields.Key, fields.Prefix
	return err
}

// MarshalJSON writes a reference as a spec does.
func (r Reference) MarshalJSON() ([]byte, error) {
	if r.Text != "" {
		return json.Marshal(r.Text)
	}
	fields := map[string]string{"secret": r.Secret, "parameter": r.Parameter, "key": r.Key, "prefix": r.Prefix}
	maps.DeleteFunc(fields, func(_, value string) bool { return value == "" })
	return json.Marshal(fields)
}

// IsPublic reports whether the value stands in the spec itself.
func (r Reference) IsPublic() bool { return r.Secret == "" && r.Parameter == "" }

// place is where a value is, whatever is made of it.
func (r Reference) place() Reference {
	r.Prefix = ""
	return r
}

// SamePlace reports whether both are of the same secret or parameter, whatever is taken of
// it.
func (r Reference) SamePlace(other Reference) bool {
	return r.Secret == other.Secret && r.Parameter == other.Parameter
}

// CredentialList is one place of the spec where references stand.
type CredentialList struct {
	Path string // of the field, as in "upstream.credentials.headers.authorization"
	What string // for a reader: "header authorization"
	// Identifies: the upstream tells callers apart by it. Two secrets of one OAuth client
	// are the same caller.
	Identifies bool
	References []Reference
}

// Lists are all places that have references, in the order of the fields, headers and
// parameters by name.
func (c Credentials) Lists() []CredentialList {
	var lists []CredentialList
	add := func(path, what string, identifies bool, references []Reference) {
		if len(references) > 0 {
			lists = append(lists, CredentialList{path, what, identifies, references})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Headers)) {
		add(keyPath(credentialsPath+".headers", name), "header "+name, true, c.Headers[name])
	}
	for _, name := range slices.Sorted(maps.Keys(c.Query)) {
		add(keyPath(credentialsPath+".query", name), "query parameter "+name, true, c.Query[name])
	}
	if c.OAuth2 != nil {
		add(credentialsPath+".oauth2.clientId", "OAuth 2 client id", true, c.OAuth2.ClientID)
		add(credentialsPath+".oauth2.clientSecret", "OAuth 2 client secret", false, c.OAuth2.ClientSecret)
	}
	add(credentialsPath+".clientCertificate", "client certificate", true, c.ClientCertificate)
	return lists
}

// credentialsPath is the section of a spec.
const credentialsPath = "upstream.credentials"

// Any reports whether there is a credential at all; a CA bundle is none.
func (c Credentials) Any() bool { return len(c.Lists()) > 0 }

// HeaderNames are the headers that they set, in lower case and in order.
func (c Credentials) HeaderNames() []string {
	names := slices.Sorted(maps.Keys(c.Headers))
	if c.OAuth2 != nil {
		names = append([]string{"authorization"}, names...)
	}
	return names
}

// Fetched reports whether a value is read from a store.
func (c Credentials) Fetched() bool {
	return slices.ContainsFunc(c.Lists(), func(l CredentialList) bool {
		return slices.ContainsFunc(l.References, func(r Reference) bool { return !r.IsPublic() })
	})
}

// Own reports whether each egress shows the upstream another caller, so that a limit per
// credential is a limit of one egress.
func (c Credentials) Own() bool {
	return slices.ContainsFunc(c.Lists(), func(l CredentialList) bool { return l.Identifies && len(l.References) > 1 })
}

// OwnPlaces reports whether egresses read different places of a store.
func (c Credentials) OwnPlaces() bool {
	return slices.ContainsFunc(c.Lists(), func(l CredentialList) bool {
		return slices.ContainsFunc(l.References, func(r Reference) bool { return !r.SamePlace(l.References[0]) })
	})
}

// Of are the references that egress k (from 1) uses, in the order of Lists; each place in
// a store once.
func (c Credentials) Of(k int) []Reference {
	var used []Reference
	for _, l := range c.Lists() {
		r := l.References[min(k, len(l.References))-1]
		if !r.IsPublic() && !slices.Contains(used, r.place()) {
			used = append(used, r.place())
		}
	}
	return used
}

// longestList is the length of the longest list; 0 without any credential.
func (c Credentials) longestList() int {
	longest := 0
	for _, l := range c.Lists() {
		longest = max(longest, len(l.References))
	}
	return longest
}
