package secrets_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/secrets"
)

var (
	whole = secrets.Need{Kind: secrets.Secret, ID: "prod/acme", Whole: true}
	keyed = secrets.Need{Kind: secrets.Secret, ID: "prod/acme", Keys: []string{"token", "id"}}
)

// variables are an environment.
type variables map[string]string

func (v variables) lookup(name string) (string, bool) {
	value, ok := v[name]
	return value, ok
}

// scene is the sources of a test.
type scene struct {
	flags []string
	env   variables
	files map[string]string // FILE is the one beside the spec
}

func (s scene) sources(t *testing.T) secrets.Sources {
	t.Helper()
	dir := t.TempDir()
	for name, text := range s.files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range s.flags {
		s.flags[i] = strings.ReplaceAll(s.flags[i], "DIR", dir)
	}
	flags, err := secrets.ParseFlags(s.flags)
	if err != nil {
		t.Fatal(err)
	}
	return secrets.Sources{Flags: flags, LookupEnv: s.env.lookup, File: filepath.Join(dir, "FILE")}
}

func TestGet(t *testing.T) {
	const variable = "SFNGEN_CREDENTIAL_PROD_ACME"
	for _, test := range []struct {
		name  string
		scene scene
		need  secrets.Need
		want  string
	}{
		{"a variable by flag", scene{flags: []string{"prod/acme=env:T"}, env: variables{"T": "aaaa"}}, whole, "aaaa"},
		{"a file by flag", scene{flags: []string{"prod/acme=file:DIR/x"}, files: map[string]string{"x": "aaaa\n"}}, whole, "aaaa"},
		{"one line end goes, of Windows too", scene{flags: []string{"prod/acme=file:DIR/x"}, files: map[string]string{"x": "aaaa\n\r\n"}}, whole,
			"aaaa\n"},
		{"the environment", scene{env: variables{variable: "aaaa"}}, whole, "aaaa"},
		{"the file, by its variable", scene{files: map[string]string{"FILE": variable + "=aaaa"}}, whole, "aaaa"},
		{"the file, by its name", scene{files: map[string]string{"FILE": "prod/acme=aaaa"}}, whole, "aaaa"},
		{"a flag before the environment", scene{flags: []string{"prod/acme=env:T"}, env: variables{"T": "aaaa", variable: "bbbb"}}, whole,
			"aaaa"},
		{"the environment before the file", scene{env: variables{variable: "aaaa"}, files: map[string]string{"FILE": "prod/acme=bbbb"}},
			whole, "aaaa"},
		{"one JSON", scene{env: variables{variable: `{"token": "aaaa", "id": "bbbb", "more": 1}`}}, keyed, `{"id":"bbbb","token":"aaaa"}`},
		{"keys alone", scene{env: variables{variable + "_TOKEN": "aaaa"}, files: map[string]string{"FILE": "prod/acme:id=bbbb"}}, keyed,
			`{"id":"bbbb","token":"aaaa"}`},
		{"a key before the whole of one source", scene{env: variables{variable: `{"token": "xxxx", "id": "bbbb"}`, variable + "_TOKEN": "aaaa"}},
			keyed, `{"id":"bbbb","token":"aaaa"}`},
		{"the whole by flag before a key", scene{flags: []string{"prod/acme=file:DIR/x"}, env: variables{variable + "_TOKEN": "xxxx"},
			files: map[string]string{"x": `{"token": "aaaa", "id": "bbbb"}`}}, keyed, `{"id":"bbbb","token":"aaaa"}`},
		{"a value that JSON escapes", scene{env: variables{variable + "_TOKEN": `"<&x`, variable + "_ID": "éöü"}}, keyed,
			`{"id":"éöü","token":"\"\u003c\u0026x"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			values := secrets.New([]secrets.Need{test.need}, test.scene.sources(t))
			got, err := values.Get(secrets.Secret, "prod/acme")
			if err != nil || got != test.want {
				t.Errorf("%q, %v, want %q", got, err, test.want)
			}
			if err := values.Check(); err != nil {
				t.Errorf("Check: %v", err)
			}
		})
	}
}

// What is here and cannot be used is said before a call, without a part of it.
func TestUnusableValues(t *testing.T) {
	const variable = "SFNGEN_CREDENTIAL_PROD_ACME"
	noJSON := ": the value is no JSON object, and the spec reads its key token: give the whole JSON, or the value of the key alone for " +
		"NAME:token"
	for _, test := range []struct {
		name  string
		scene scene
		need  secrets.Need
		want  string // DIR: the folder
	}{
		{"empty", scene{env: variables{variable: ""}}, whole, "the variable " + variable + ": the value is empty"},
		{"empty by flag", scene{flags: []string{"prod/acme=env:T"}, env: variables{"T": " "}}, whole,
			"--credential prod/acme=env:T: the value is empty"},
		{"an empty file", scene{flags: []string{"prod/acme=file:DIR/x"}, files: map[string]string{"x": "\n"}}, whole,
			"--credential prod/acme=file:DIR/x: the value is empty"},
		{"no such file", scene{flags: []string{"prod/acme=file:DIR/x"}}, whole,
			"--credential prod/acme=file:DIR/x: open DIR/x: no such file or directory"},
		{"no such variable", scene{flags: []string{"prod/acme=env:T"}}, whole, "--credential prod/acme=env:T: there is no variable of that name"},
		{"a value in place of a variable", scene{flags: []string{"prod/acme=env:sk_live_1"}}, whole,
			"--credential prod/acme=env:…: there is no variable of that name"},
		{"short", scene{env: variables{variable: "abc"}}, whole, "the variable " + variable +
			": the value has fewer than 4 bytes, which is no secret, and which an egress refuses: it could not mask it"},
		{"a short key", scene{env: variables{variable: `{"id": "bbbb", "token": "abc"}`}}, keyed, "the variable " + variable +
			": token: the value has fewer than 4 bytes, which is no secret, and which an egress refuses: it could not mask it"},
		{"bytes", scene{env: variables{variable: "\xff\xfe\xfd\xfc"}}, whole, "the variable " + variable +
			": the value is no text (UTF-8): what an API wants to see in a header or a query is text"},
		{"an error in the file", scene{files: map[string]string{"FILE": "x\n"}}, whole,
			"DIR/FILE, line 1: must be NAME=VALUE, a comment, or empty"},
		{"no JSON", scene{env: variables{variable: "sk_live_1"}}, keyed, "the variable " + variable + noJSON + "\n" +
			"the variable " + variable + strings.ReplaceAll(noJSON, "token", "id")},
		{"null", scene{env: variables{variable: "null", variable + "_ID": "bbbb"}}, keyed, "the variable " + variable + noJSON},
		{"no such key", scene{env: variables{variable: `{"id": "bbbb"}`}}, keyed, "the variable " + variable + ": the JSON has no key token"},
		{"a key that is no text", scene{env: variables{variable: `{"id": "bbbb", "token": 4}`}}, keyed,
			"the variable " + variable + ": token is no text of the JSON: write its value in quotes"},
		{"a key that is null", scene{env: variables{variable: `{"id": "bbbb", "token": null}`}}, keyed,
			"the variable " + variable + ": token is no text of the JSON: write its value in quotes"},
		{"an empty key", scene{env: variables{variable: `{"id": "bbbb", "token": ""}`}}, keyed, "the variable " + variable + ": token is empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			sources := test.scene.sources(t)
			values := secrets.New([]secrets.Need{test.need}, sources)
			if _, err := values.Get(secrets.Secret, "prod/acme"); err == nil || errors.As(err, new(secrets.Missing)) {
				t.Errorf("Get: %v", err)
			}
			got := ""
			if err := values.Check(); err != nil {
				got = strings.ReplaceAll(err.Error(), filepath.Dir(sources.File), "DIR")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Check (-want +got):\n%s", diff)
			}
		})
	}
}

// All that is missing is said at once, with the exact names of each way to give it.
func TestMissingValues(t *testing.T) {
	header := func(name, key string) secrets.Use { return secrets.Use{Key: key, For: "header " + name} }
	acme, parameter := keyed, secrets.Need{Kind: secrets.Parameter, ID: "/acme/key", Whole: true}
	acme.Uses = []secrets.Use{header("authorization", "token"), header("x-id", "id"), header("x-token", "token")}
	parameter.Uses = []secrets.Use{{For: "query parameter k", Egress: 2}}
	values := secrets.New([]secrets.Need{acme, parameter},
		secrets.Sources{LookupEnv: variables{"SFNGEN_CREDENTIAL_PROD_ACME_ID": "xxxx"}.lookup, File: "specs/.sfngen.env"})
	const want = `the API wants to see 2 credentials that are not here, so nothing was sent
  secret prod/acme, key token, for header authorization and header x-token: give it by one of
    --credential prod/acme:token=env:VARIABLE, or =file:PATH
    SFNGEN_CREDENTIAL_PROD_ACME_TOKEN in the environment
    SFNGEN_CREDENTIAL_PROD_ACME_TOKEN=… in specs/.sfngen.env
  parameter /acme/key, for query parameter k of egress 2: give it by one of
    --credential /acme/key=env:VARIABLE, or =file:PATH
    SFNGEN_CREDENTIAL__ACME_KEY in the environment
    SFNGEN_CREDENTIAL__ACME_KEY=… in specs/.sfngen.env`
	err := values.Check()
	if err == nil {
		t.Fatal("nothing is missing")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("Check (-want +got):\n%s", diff)
	}
	if _, err := values.Get(secrets.Secret, "prod/acme"); !errors.As(err, new(secrets.Missing)) {
		t.Errorf("Get of a missing one: %v", err)
	}
	if _, err := values.Get(secrets.Parameter, "prod/acme"); !errors.Is(err, secrets.ErrUnnamed) {
		t.Errorf("Get of another kind: %v", err)
	}
}

// Two names with one variable: neither gets the value that may be the other's.
func TestVariableOfSeveralNames(t *testing.T) {
	needs := []secrets.Need{{Kind: secrets.Secret, ID: "a-b", Whole: true}, {Kind: secrets.Secret, ID: "a/b", Whole: true}}
	both := scene{env: variables{"SFNGEN_CREDENTIAL_A_B": "xxxx"}, files: map[string]string{"FILE": "a-b=yyyy"}}
	values := secrets.New(needs, both.sources(t))
	if got, err := values.Get(secrets.Secret, "a-b"); got != "yyyy" || err != nil {
		t.Errorf("a-b: %q, %v", got, err)
	}
	const want = "SFNGEN_CREDENTIAL_A_B could be of several names of the spec: give a/b by --credential"
	if _, err := values.Get(secrets.Secret, "a/b"); err == nil || err.Error() != want {
		t.Errorf("a/b: %v", err)
	}
}

// A changed file is a rotated secret.
func TestValuesAreReadAnew(t *testing.T) {
	sources := scene{flags: []string{"prod/acme=file:DIR/x"}, files: map[string]string{"x": "aaaa"}}.sources(t)
	values := secrets.New([]secrets.Need{whole}, sources)
	for _, want := range []string{"aaaa", "bbbb"} {
		if err := os.WriteFile(sources.Flags[0].Path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := values.Get(secrets.Secret, "prod/acme"); got != want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
}

func TestUnusedValues(t *testing.T) {
	values := secrets.New([]secrets.Need{keyed}, scene{
		flags: []string{"prod/acme:tokn=env:T", "prod/acme:id=env:T"},
		files: map[string]string{"FILE": "prod/acme:token=a\nSFNGEN_CREDENTIAL_OTHER=b\nc2VjcmV0==\n"},
	}.sources(t))
	want := []string{"--credential prod/acme:tokn is not used: the spec names no such secret or parameter; did you mean prod/acme:token?"}
	if diff := cmp.Diff(want, values.UnusedFlags()); diff != "" {
		t.Errorf("flags (-want +got):\n%s", diff)
	}
	lines := values.UnusedLines()
	for i := range lines {
		lines[i] = lines[i][strings.Index(lines[i], "FILE"):]
	}
	if diff := cmp.Diff([]string{"FILE:2 SFNGEN_CREDENTIAL_OTHER", "FILE:3"}, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// A value that was copied with its scheme would go out as "Bearer Bearer …".
func TestTwicePrefixed(t *testing.T) {
	prefixed := keyed
	prefixed.Uses = []secrets.Use{{Key: "token", For: "header authorization", Prefix: "Bearer "}, {Key: "id", For: "header x-id"}}
	text := whole
	text.Uses = []secrets.Use{{For: "header authorization", Egress: 1, Prefix: "Bearer "}, {Key: "id", For: "header x-id", Prefix: "Id "}}
	const note = `FILE:1: the value begins with "Bearer ", and the spec has it as prefix: the API gets it twice in header authorization; ` +
		"take it out of one of them"
	for _, test := range []struct {
		name string
		need secrets.Need
		file string
		want []string
	}{
		{"a member", prefixed, "prod/acme:token=Bearer abcd\nprod/acme:id=Bearer abcd", []string{note}},
		{"in another case", prefixed, "prod/acme:token=bearer abcd\nprod/acme:id=abcd", []string{note}},
		{"a member of JSON", prefixed, `prod/acme={"token": "Bearer abcd", "id": "abcd"}`, []string{note}},
		{"a whole", text, "prod/acme=Bearer abcd", []string{note}},
		{"the member of a whole", text, `prod/acme={"id": "Id abcd"}`, []string{strings.NewReplacer("Bearer ", "Id ", "authorization", "x-id").
			Replace(note)}},
		{"once", prefixed, "prod/acme:token=Bearerabcd\nprod/acme:id=abcd", nil},
		{"nothing but it", prefixed, "prod/acme:token='Bearer '\nprod/acme:id=abcd", nil},
		{"missing", prefixed, "prod/acme:id=abcd", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, n := range secrets.New([]secrets.Need{test.need}, scene{files: map[string]string{"FILE": test.file}}.sources(t)).TwicePrefixed() {
				got = append(got, n[strings.Index(n, "FILE"):])
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}
