package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Values that stand nowhere else, each with characters that every encoding changes. What
// is looked for is their middle, which none changes but base64 and hex.
const (
	echoHeader = `K1"<é>&'\+/=HeadErCoreQ7wZ3xV9bN2m%41;end`
	echoQuery  = `q1 &=?#/+QuErYCoreT5yU8iO3pA6s"\é~`
	echoMember = `MemBErCoreD4fG7hJ2kL9zX5c`
	echoBasic  = `BasIcCorePassV8bN3mQ6wE`
	echoClient = `ClienTCoreSecreTR2tY5uI8o`
	echoToken  = `TokEnCoreIssuedP4aS7dF1gH`
)

var echoCores = map[string]string{
	"the header": "HeadErCoreQ7wZ3xV9bN2m", "the query": "QuErYCoreT5yU8iO3pA6s", "the member": echoMember, "the password": echoBasic,
	"the client's secret": echoClient, "the token": echoToken,
}

// least is how much of a value already is a leak.
const least = 8

// leaks names what of the values stands in a text: a part of one, as it is, in base64
// wherever it begins, or in hex.
func leaks(text string) []string {
	var found []string
	for at := 0; at+least <= len(text); at++ {
		for _, p := range partsByStart()[text[at:at+least]] {
			if strings.HasPrefix(text[at:], p.text) {
				found = append(found, fmt.Sprintf("%s (%s) in …%.100q", p.of, p.form, text[max(0, at-60):]))
			}
		}
	}
	return found
}

// part is one of a value, in one of its forms.
type part struct{ of, form, text string }

// partsByStart are all of them by their first bytes, so that one pass finds every one.
var partsByStart = sync.OnceValue(func() map[string][]part {
	parts := map[string][]part{}
	for name, core := range echoCores {
		for i := 0; i+least <= len(core); i++ {
			for form, text := range formsOfPart(core[i : i+least]) {
				parts[text[:least]] = append(parts[text[:least]], part{name, form, text})
			}
		}
	}
	return parts
})

func formsOfPart(part string) map[string]string {
	forms := map[string]string{"as it is": part, "hex": hex.EncodeToString([]byte(part))}
	for before := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), part...))
		forms[fmt.Sprint("base64, ", before)] = encoded[(before*8+5)/6 : (before+len(part))*8/6]
	}
	return forms
}

func leaksNothing(t *testing.T, what, text string) {
	t.Helper()
	if found := leaks(text); len(found) > 0 {
		t.Errorf("%s shows %d parts of values, the first: %s", what, len(found), found[0])
	}
}

// The search finds what it is for.
func TestLeaksAreFound(t *testing.T) {
	for _, text := range []string{
		"x" + echoMember[3:12], base64.StdEncoding.EncodeToString([]byte("ab" + echoToken)), hex.EncodeToString([]byte(echoClient)),
		base64.URLEncoding.EncodeToString([]byte("user:" + echoBasic)),
	} {
		if len(leaks(text)) == 0 {
			t.Errorf("nothing is found in %q", text)
		}
	}
	if found := leaks(strings.Repeat("MemBErC ", 9) + "nothing"); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

const keysSpec = `version: 1
name: keys
upstream:
  url: https://api.acme.example
  methods: [GET, POST]
  credentials:
    headers:
      authorization: {secret: prod/acme, key: token, prefix: "Bearer "}
      x-api-key: {parameter: /prod/key}
      x-basic: {secret: basic, prefix: "Basic "}
    query: {api_key: {secret: query}}
retry: {maxAttempts: 2, attemptTimeout: 10s, rateLimit: {headers: [retry-after, x-ratelimit-reset]}}
egress: {count: 2}
workflow: {type: express}
`

const tokensSpec = `version: 1
name: tokens
upstream:
  url: https://api.acme.example
  methods: [GET, POST]
  credentials:
    oauth2: {tokenUrl: "https://id.acme.example/token", clientId: me, clientSecret: {secret: client}, authStyle: STYLE}
retry: {maxAttempts: 2, attemptTimeout: 10s}
egress: {count: 2}
workflow: {type: express}
`

// left is a folder in which sfngen leaves all that it leaves, temporary files too.
type left struct {
	dir    string
	values map[string]bool // files that hold the values, as the user's own
}

func leaving(t *testing.T) *left {
	t.Helper()
	l := &left{dir: t.TempDir(), values: map[string]bool{}}
	for _, dir := range []string{"work", "tmp"} {
		if err := os.Mkdir(filepath.Join(l.dir, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TMPDIR", filepath.Join(l.dir, "tmp"))
	t.Chdir(filepath.Join(l.dir, "work"))
	basic := base64.StdEncoding.EncodeToString([]byte("user:" + echoBasic))
	l.value(t, ".sfngen.env", "prod/acme:token="+echoMember+"\nbasic="+basic+"\nclient="+echoClient+"\n")
	l.value(t, "key", echoHeader+"\n")
	t.Setenv("QUERY", echoQuery)
	write(t, "keys.yaml", keysSpec)
	return l
}

func (l *left) value(t *testing.T, name, text string) {
	t.Helper()
	write(t, name, text)
	l.values[filepath.Join(l.dir, "work", name)] = true
}

var keysFlags = []string{"--credential", "/prod/key=file:key", "--credential", "query=env:QUERY"}

// check looks into every file, and its name.
func (l *left) check(t *testing.T) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(l.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || l.values[name] {
			return err
		}
		files++
		text, err := os.ReadFile(name)
		leaksNothing(t, "the file "+name, name+"\n"+string(text))
		return err
	})
	if err != nil || files < 1 {
		t.Errorf("%v, %d files", err, files)
	}
}

// ways are how the echoing API answers; true where the caller gets its answer as it is.
var ways = []struct {
	path   string
	passes bool
}{
	{"/status/200", true}, {"/gzip/200", true}, {"/redirect/302", true},
	{"/status/400", false}, {"/status/401", false}, {"/status/403", false}, {"/status/429", false},
	{"/status/503", false}, {"/gzip/503", false}, {"/gzip/404", false}, {"/long/503", false}, {"/long/400", false},
	{"/garbage", false}, {"/statusline", false}, {"/badstatus", false}, {"/badheader", false}, {"/badlength", false}, {"/badchunk", false},
	{"/half", false}, {"/encoding", false}, {"/badgzip", false}, {"/packed", false},
}

// TestCredentialsAreNowhereToBeRead: whatever an API repeats of them, nothing that sfngen
// writes has a part of a value. What it answers to a request that succeeds is its own.
func TestCredentialsAreNowhereToBeRead(t *testing.T) {
	l := leaving(t)
	address := echoing(t)
	for _, way := range ways {
		runsWithoutLeak(t, way.passes, keys("GET", way.path, address, "--fast"))
	}
	write(t, "keys.yaml", strings.Replace(keysSpec, "type: express", "type: standard", 1))
	runsWithoutLeak(t, false, keys("POST", "/status/503", address, "--fast"))
	for _, command := range []string{"build", "plan", "validate", "diff", "list", "graph"} {
		_, stdout, stderr := run(command, "keys.yaml")
		leaksNothing(t, command, stdout+stderr)
	}
	_, stdout, stderr := run(append([]string{"credentials", "check", "keys.yaml", "--json"}, keysFlags...)...)
	leaksNothing(t, "credentials check", stdout+stderr)
	l.check(t)
}

// keys is a run of the spec keys.yaml.
func keys(method, path, address string, more ...string) []string {
	return slices.Concat([]string{"run", "keys.yaml", method, path, "--upstream", address, "--logs"}, keysFlags, more)
}

// The compiled Lambdas write no more than those in process.
func TestCredentialsAreNowhereToBeReadWithBinaries(t *testing.T) {
	l := leaving(t)
	_, record, stderr := run(keys("POST", "/status/503", echoing(t), "--binaries", "--json")...)
	leaksNothing(t, "stderr", stderr)
	leaksNothing(t, "the record", record)
	if strings.Count(record, `"attempt":`) == 0 || !strings.Contains(record, "[credential ") {
		t.Errorf("no attempt met the echo:\n%s", record)
	}
	l.check(t)
}

// What a token endpoint and its API repeat: the client's secret, and the token.
func TestTokensAreNowhereToBeRead(t *testing.T) {
	l := leaving(t)
	address := echoing(t)
	for _, style := range []string{"header", "body"} {
		for _, way := range []struct {
			token, api string
			passes     bool
		}{
			{"/token/200", "/status/200", true}, {"/token/200", "/status/401", false}, {"/token/200", "/gzip/503", false},
			{"/token/200", "/garbage", false}, {"/token/400", "/status/200", false}, {"/token/401", "/status/200", false},
			{"/token/503", "/status/200", false}, {"/garbage", "/status/200", false}, {"/status/200", "/status/200", false},
			{"/redirect/302", "/status/200", false},
		} {
			write(t, "tokens.yaml", strings.Replace(tokensSpec, "STYLE", style, 1))
			runsWithoutLeak(t, way.passes, []string{"run", "tokens.yaml", "GET", way.api, "--upstream", address, "--token-url", address + way.token,
				"--fast", "--logs"})
		}
	}
	l.check(t)
}

// A session of dev, whose executions can be asked for.
func TestCredentialsAreNowhereToBeReadInDev(t *testing.T) {
	l := leaving(t)
	address := echoing(t)
	write(t, "orders.yaml", keysSpec)
	s, url := startDev(t, append([]string{"--upstream", address, "--logs"}, keysFlags...)...)
	for _, way := range ways {
		response, err := http.Post(url+way.path+"?mine=1", "text/plain", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if !way.passes {
			leaksNothing(t, "the answer to "+way.path, fmt.Sprint(response.Header, string(body), err))
		}
	}
	s.stop()
	<-s.ended
	leaksNothing(t, "dev", s.stdout.String()+s.logs.String())
	if n := strings.Count(s.logs.String(), "attempt 1/2"); n < len(ways) {
		t.Errorf("%d executions are in the lines:\n%s", n, s.logs.String())
	}
	l.check(t)
}

// runsWithoutLeak runs one request, as text and as JSON, and traces its record.
func runsWithoutLeak(t *testing.T, passes bool, args []string) {
	t.Helper()
	what := strings.Join(args[:4], " ")
	_, stdout, stderr := run(args...)
	leaksNothing(t, "stderr of "+what, stderr)
	if !strings.Contains(stderr, "attempt 1/2") {
		t.Errorf("%s made no attempt:\n%s", what, stderr)
	}
	if !passes {
		leaksNothing(t, "stdout of "+what, stdout)
	}
	_, record, stderr := run(append(args, "--json")...)
	leaksNothing(t, "stderr of --json of "+what, stderr)
	if passes {
		return // the record has the answer
	}
	leaksNothing(t, "the record of "+what, record)
	write(t, "record.json", record)
	_, stdout, stderr = run("trace", "record.json")
	leaksNothing(t, "trace of "+what, stdout+stderr)
}
