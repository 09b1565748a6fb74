package stack

import (
	"strings"

	"github.com/sfngen/sfngen/runtime/credentials"
)

// credentialSource writes the credentials of an egress: a field on each line, and each
// reference of a list. The last line has the indent.
func credentialSource(c credentials.Config, indent string) string {
	fields := []pair{
		{"Headers", credentialFields(c.Headers, indent+"\t")},
		{"Query", credentialFields(c.Query, indent+"\t")},
		{"OAuth2", oauth2Source(c.OAuth2, indent+"\t")},
		{"ClientCertificate", references(c.ClientCertificate, indent+"\t")},
		{"TTL", goSource(c.TTL)},
	}
	if c.Store != nil {
		fields = append(fields, pair{"Store", "awsstore.Open"})
	}
	return composite("credentials.Config", written(fields), indent)
}

// written leaves out the fields that have no value.
func written(fields []pair) []pair {
	var kept []pair
	for _, f := range fields {
		if f.value != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

func oauth2Source(o *credentials.OAuth2, indent string) string {
	if o == nil {
		return ""
	}
	scopes := ""
	if len(o.Scopes) > 0 {
		scopes = goSource(o.Scopes)
	}
	return "&" + composite("credentials.OAuth2", written([]pair{
		{"TokenURL", goSource(o.TokenURL)},
		{"ClientID", references(o.ClientID, indent+"\t")},
		{"ClientSecret", references(o.ClientSecret, indent+"\t")},
		{"Scopes", scopes},
		{"Audience", goSource(o.Audience)},
		{"AuthStyle", goSource(o.AuthStyle)},
		{"Tokens", "oauth2.Open"},
	}), indent)
}

func credentialFields(fields []credentials.Field, indent string) string {
	if len(fields) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("[]credentials.Field{\n")
	for _, f := range fields {
		b.WriteString(indent + "\t{Name: " + goSource(f.Name) + ", From: " + references(f.From, indent+"\t") + "},\n")
	}
	return b.String() + indent + "}"
}

// references are on one line where there is one.
func references(list []credentials.Reference, indent string) string {
	const kind = "[]credentials.Reference{"
	switch len(list) {
	case 0:
		return ""
	case 1:
		return kind + referenceSource(list[0]) + "}"
	}
	var b strings.Builder
	b.WriteString(kind + "\n")
	for _, r := range list {
		b.WriteString(indent + "\t" + referenceSource(r) + ",\n")
	}
	return b.String() + indent + "}"
}

func referenceSource(r credentials.Reference) string {
	var fields []string
	for _, f := range written([]pair{
		{"Secret", goSource(r.Secret)}, {"Parameter", goSource(r.Parameter)}, {"Text", goSource(r.Text)},
		{"Key", goSource(r.Key)}, {"Prefix", goSource(r.Prefix)},
	}) {
		fields = append(fields, f.key+": "+f.value)
	}
	return "{" + strings.Join(fields, ", ") + "}"
}
