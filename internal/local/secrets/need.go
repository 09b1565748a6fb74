// Package secrets has the values of a stack's credentials on this machine: from flags,
// variables, and a file beside the spec. They are read anew whenever they are asked for,
// so that a changed file is a rotated secret. No error, and nothing else that is meant
// to be shown, holds a value or a part of one.
package secrets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/runtime/credentials"
)

// Kind is where AWS keeps a value.
type Kind string

// The kinds.
const (
	Secret    Kind = "secret"    // of Secrets Manager
	Parameter Kind = "parameter" // of Systems Manager's Parameter Store
)

// Need is a secret or a parameter that a stack reads.
type Need struct {
	Kind Kind
	ID   string // as the spec has it: a name or an ARN
	// Whole: it is read as one text. Else it is JSON, of which these keys are read, in
	// the order of the spec.
	Whole bool
	Keys  []string
	Uses  []Use // in the order of the spec
}

// Use is a place where a value goes.
type Use struct {
	Key string // the member of the JSON; "" is the whole
	For string // "header authorization", "the client certificate"
	// Egress is the one that shows it, from 1; 0 is all.
	Egress int
	Prefix string // what the spec puts before the value
}

func (u Use) String() string {
	if u.Egress == 0 {
		return u.For
	}
	return fmt.Sprintf("%s of egress %d", u.For, u.Egress)
}

// NeedsOf lists what a stack reads, each once, in the order of its configuration.
func NeedsOf(c credentials.Config) []Need {
	var needs []Need
	for _, p := range places(c) {
		for i, r := range p.from {
			use := Use{Key: r.Key, For: p.is, Prefix: r.Prefix}
			if len(p.from) > 1 {
				use.Egress = i + 1
			}
			needs = with(needs, r, use)
		}
	}
	return needs
}

// with adds a reference to the needs, unless its text is public.
func with(needs []Need, r credentials.Reference, use Use) []Need {
	kind, id := Secret, r.Secret
	if r.Parameter != "" {
		kind, id = Parameter, r.Parameter
	}
	if id == "" {
		return needs
	}
	i := slices.IndexFunc(needs, func(n Need) bool { return n.Kind == kind && n.ID == id })
	if i < 0 {
		i, needs = len(needs), append(needs, Need{Kind: kind, ID: id})
	}
	needs[i].add(r.Key)
	needs[i].Uses = append(needs[i].Uses, use)
	return needs
}

func (n *Need) add(key string) {
	switch {
	case key == "":
		n.Whole = true
	case !slices.Contains(n.Keys, key):
		n.Keys = append(n.Keys, key)
	}
}

// place is one that shows values: one for all egresses, or one for each.
type place struct {
	is   string
	from []credentials.Reference
}

func places(c credentials.Config) []place {
	var all []place
	for _, field := range c.Headers {
		all = append(all, place{"header " + field.Name, field.From})
	}
	for _, field := range c.Query {
		all = append(all, place{"query parameter " + field.Name, field.From})
	}
	if c.OAuth2 != nil {
		all = append(all, place{"the client ID of OAuth 2", c.OAuth2.ClientID}, place{"the client secret of OAuth 2", c.OAuth2.ClientSecret})
	}
	return append(all, place{"the client certificate", c.ClientCertificate})
}

// Name is what the secret or parameter is called on this machine: of an ARN its name
// without the six characters that Secrets Manager adds to it (Secrets Manager User
// Guide, "What's in a secret").
func (n Need) Name() string {
	if !strings.HasPrefix(n.ID, "arn:") {
		return n.ID
	}
	parts := strings.SplitN(n.ID, ":", 7)
	last := parts[len(parts)-1]
	if n.Kind == Parameter {
		return parameterName(strings.TrimPrefix(last, "parameter/"))
	}
	return suffix.ReplaceAllString(last, "")
}

// parameterName undoes what an ARN does to a name: /a/b and b are parameter/a/b and
// parameter/b.
func parameterName(within string) string {
	if strings.Contains(within, "/") {
		return "/" + within
	}
	return within
}

var suffix = lazyregexp.New(`-[A-Za-z0-9]{6}$`)

// String is for a message: "secret prod/acme".
func (n Need) String() string { return string(n.Kind) + " " + n.Name() }

// variablePrefix begins the names of variables that have values.
const variablePrefix = "SFNGEN_CREDENTIAL_"

// Variable is the environment's variable of a name: SFNGEN_CREDENTIAL_PROD_ACME of
// prod/acme.
func Variable(name string) string {
	return variablePrefix + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, name)
}
