package secrets_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/secrets"
	"github.com/sfngen/sfngen/runtime/credentials"
)

func TestNeedsOf(t *testing.T) {
	from := func(r ...credentials.Reference) []credentials.Reference { return r }
	got := secrets.NeedsOf(credentials.Config{
		Headers: []credentials.Field{
			{Name: "authorization", From: from(credentials.Reference{Secret: "prod/acme", Key: "token", Prefix: "Bearer "})},
			{Name: "x-key", From: from(credentials.Reference{Parameter: "/prod/key"})},
		},
		Query: []credentials.Field{{Name: "api_key", From: from(
			credentials.Reference{Secret: "key-1"}, credentials.Reference{Secret: "key-2"},
			credentials.Reference{Secret: "prod/acme", Key: "key"})}},
		OAuth2: &credentials.OAuth2{
			ClientID:     from(credentials.Reference{Text: "public"}),
			ClientSecret: from(credentials.Reference{Secret: "prod/acme", Key: "token"}),
		},
		ClientCertificate: from(credentials.Reference{Secret: "key-1"}),
	})
	const id = "the client secret of OAuth 2"
	want := []secrets.Need{
		{Kind: secrets.Secret, ID: "prod/acme", Keys: []string{"token", "key"},
			Uses: []secrets.Use{{"token", "header authorization", 0, "Bearer "}, {"key", "query parameter api_key", 3, ""}, {"token", id, 0, ""}}},
		{Kind: secrets.Parameter, ID: "/prod/key", Whole: true, Uses: []secrets.Use{{"", "header x-key", 0, ""}}},
		{Kind: secrets.Secret, ID: "key-1", Whole: true,
			Uses: []secrets.Use{{"", "query parameter api_key", 1, ""}, {"", "the client certificate", 0, ""}}},
		{Kind: secrets.Secret, ID: "key-2", Whole: true, Uses: []secrets.Use{{"", "query parameter api_key", 2, ""}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
}

func TestNames(t *testing.T) {
	for _, test := range []struct {
		kind               secrets.Kind
		id, name, variable string
	}{
		{secrets.Secret, "prod/acme", "prod/acme", "SFNGEN_CREDENTIAL_PROD_ACME"},
		{secrets.Secret, "Acme_2.key+a=b@c-d", "Acme_2.key+a=b@c-d", "SFNGEN_CREDENTIAL_ACME_2_KEY_A_B_C_D"},
		{secrets.Secret, "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/acme-AbC123", "prod/acme",
			"SFNGEN_CREDENTIAL_PROD_ACME"},
		{secrets.Parameter, "/prod/acme/key", "/prod/acme/key", "SFNGEN_CREDENTIAL__PROD_ACME_KEY"},
		{secrets.Parameter, "arn:aws:ssm:eu-central-1:123456789012:parameter/prod/acme-secret", "/prod/acme-secret",
			"SFNGEN_CREDENTIAL__PROD_ACME_SECRET"},
		{secrets.Parameter, "arn:aws:ssm:eu-central-1:123456789012:parameter/key", "key", "SFNGEN_CREDENTIAL_KEY"},
	} {
		name := secrets.Need{Kind: test.kind, ID: test.id}.Name()
		if name != test.name || secrets.Variable(name) != test.variable {
			t.Errorf("%s: %s and %s, want %s and %s", test.id, name, secrets.Variable(name), test.name, test.variable)
		}
	}
}

func TestParseFlag(t *testing.T) {
	for _, test := range []struct {
		text string
		want secrets.Flag
	}{
		{"prod/acme=env:TOKEN", secrets.Flag{Name: "prod/acme", Variable: "TOKEN"}},
		{"prod/acme:key=file:/run/a=env:b", secrets.Flag{Name: "prod/acme:key", Path: "/run/a=env:b"}},
		{"a=b=env:TOKEN", secrets.Flag{Name: "a=b", Variable: "TOKEN"}},
	} {
		got, err := secrets.ParseFlag(test.text)
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", test.text, err, diff)
		}
	}
}

// A text that is no flag may be a value.
func TestErrorsOfFlagsRepeatNothing(t *testing.T) {
	const literal = "a value may not stand on the command line, where the shell's history keeps it and everybody on this machine sees it: " +
		"write NAME=env:VARIABLE or NAME=file:PATH"
	for _, test := range []struct {
		name  string
		texts []string
		want  string
	}{
		{"a value", []string{"prod/acme=sk_live_1"}, "--credential: " + literal},
		{"a value alone", []string{"sk_live_1=="}, "--credential: " + literal},
		{"nothing", []string{""}, "--credential: " + literal},
		{"no name", []string{"=env:TOKEN"}, "--credential: " + literal},
		{"the second", []string{"a=env:A", "b=sk_live_1"}, "--credential, the 2. of them: " + literal},
		{"no variable", []string{"a=env:"}, "--credential: names no variable or file: write NAME=env:VARIABLE or NAME=file:PATH"},
		{"no path", []string{"a=file:"}, "--credential: names no variable or file: write NAME=env:VARIABLE or NAME=file:PATH"},
		{"twice", []string{"a=file:x", "a=env:A"}, "--credential a is given twice: leave one of them out"},
	} {
		_, err := secrets.ParseFlags(test.texts)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %v\nwant %s", test.name, err, test.want)
		}
	}
}
