package egress

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// memory is what this process has been told, by whichever execution: until when it must
// not call. It ends with the process, and is safe for concurrent use.
//
// Nothing of it is a reason to lose a request that could have gone: an entry that is in
// doubt counts for nothing, and the API says again what it wants.
type memory struct {
	mu        sync.Mutex
	coolDowns map[identity]coolDown
}

// identity is what the upstream tells callers apart by.
type identity struct {
	// scope says by what: the address, of which a process has one, the credential, or for
	// ScopePool neither: nobody may call.
	scope contract.Scope
	// credential is a hash of what the caller has sent to be known by; zero for the others.
	credential [sha256.Size]byte
	// egress is another one's number, for its address; 0 for that of this process.
	egress int
}

// coolDown is the time in which an identity must not call.
type coolDown struct {
	told, until time.Time // wall clock
	minimum     bool      // it is a wait of the spec, longer than what was requested
	usedUp      bool      // nothing was refused: that answer was the last of its window
	execution   string    // which was told
	rule        string    // that said so; "" for none
	// shared: the table of the pool has it too.
	shared bool
}

const (
	// mostCoolDowns bounds the memory: callers may bring any number of credentials.
	mostCoolDowns = 64
	// longestCoolDown bounds what a misread header does: after it one call looks again. What
	// a spec says itself may be longer.
	longestCoolDown = 24 * time.Hour
)

func newMemory() *memory { return &memory{coolDowns: map[identity]coolDown{}} }

// remember notes a cool-down. It never shortens one.
func (m *memory) remember(of identity, c coolDown) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known, ok := m.coolDowns[of]; ok && known.counts(c.told) && !c.until.After(known.until) {
		return
	}
	m.coolDowns[of] = c
	if len(m.coolDowns) > mostCoolDowns {
		m.forget(c.told)
	}
}

// forget makes room: what is over goes, else what ends first.
func (m *memory) forget(now time.Time) {
	maps.DeleteFunc(m.coolDowns, func(_ identity, c coolDown) bool { return !c.counts(now) })
	if len(m.coolDowns) <= mostCoolDowns {
		return
	}
	first := slices.MinFunc(slices.Collect(maps.Keys(m.coolDowns)), func(a, b identity) int {
		return m.coolDowns[a].until.Compare(m.coolDowns[b].until)
	})
	delete(m.coolDowns, first)
}

// coolDown is that of an identity, if it has one now.
func (m *memory) coolDown(of identity, now time.Time) (coolDown, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.coolDowns[of]
	return c, ok && c.counts(now)
}

// longestLeft is in how many seconds the last cool-down ends, whosever it is; 0 for none.
func (m *memory) longestLeft(now time.Time) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	left := time.Duration(0)
	for _, c := range m.coolDowns {
		left = max(left, c.until.Sub(now))
	}
	return inSeconds(left)
}

// counts: a clock that shows a time before the one at which this was told has been set
// back, and nobody knows when it will be over.
func (c coolDown) counts(now time.Time) bool {
	return now.Before(c.until) && !now.Before(c.told.Add(-clockTolerance))
}

// words say who cools down, until when, with the date if it is not today's, and who said so.
func (c coolDown) words(scope contract.Scope, egress int, now time.Time) string {
	who := map[contract.Scope]string{
		contract.ScopePool:       "the pool",
		contract.ScopeCredential: "the credential",
	}[scope]
	if who == "" {
		who = fmt.Sprintf("egress %d", egress)
	}
	until := c.until.UTC().Format("2006-01-02 15:04:05Z")
	until = strings.TrimPrefix(until, now.UTC().Format("2006-01-02 "))
	if c.execution == "" {
		return fmt.Sprintf("%s cools down until %s", who, until)
	}
	told := coordination.CoolDown{UsedUp: c.usedUp, Rule: c.rule, Execution: cutText(c.execution, executionLimit)}
	return fmt.Sprintf("%s cools down until %s (%s)", who, until, told.Source())
}

// executionLimit is that of a name of Step Functions, in bytes.
const executionLimit = 80

// remember keeps what the answer to an attempt says of later ones.
func (e *Egress) remember(ctx context.Context, a attempt, o *outcome) {
	for _, n := range e.told(a, o) {
		n.coolDown.shared = e.tell(ctx, a, n)
		e.memory.remember(n.of, n.coolDown)
	}
}

// note is a cool-down of an identity.
type note struct {
	of identity
	coolDown
}

// told are the cool-downs that the answer to an attempt says of.
func (e *Egress) told(a attempt, o *outcome) (notes []note) {
	if o.answer == nil || !o.pool && isOfOneBucket(o.answer.header) {
		return nil
	}
	c := coolDown{told: e.wallClock(), execution: a.Execution.Name, rule: o.record.Rule, minimum: o.record.RetryMinimum}
	if until, err := time.Parse(time.RFC3339, o.record.RetryAt); err == nil && o.isOfOthersToo() {
		c.until = earlier(until, c.told.Add(max(longestCoolDown, time.Duration(o.least)*time.Second)))
		notes = append(notes, note{e.identity(a, a.retryScope(o.record)), c})
	}
	if a.Policy.RequestedWait.MaxSeconds == 0 {
		return notes
	}
	if seconds := usedUp(o.answer.asItCame().header, a.Policy.RequestedWait.Headers, c.told); seconds > 0 {
		c.until, c.usedUp, c.minimum = c.told.Add(min(time.Duration(seconds)*time.Second, longestCoolDown)), true, false
		notes = append(notes, note{e.identity(a, a.Policy.RateLimited.Scope), c})
	}
	return notes
}

// isOfOneBucket: the API counts its parts in buckets of their own, and names the one of this
// answer. Nobody knows in which one the next request will be. Discord has one for each
// route, GitHub core for all and others for search and the like:
//   - https://docs.discord.com/developers/topics/rate-limits
//   - https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
func isOfOneBucket(header http.Header) bool {
	resource := header.Get("X-Ratelimit-Resource")
	isPart := resource != "" && !strings.EqualFold(resource, "core")
	return isPart || header.Get("X-Ratelimit-Bucket") != "" && !strings.EqualFold(header.Get("X-Ratelimit-Global"), "true")
}

// isOfOthersToo reports whether a wait is of every request: after a limit, a rule's
// cool-down, and a 503 that says until when the service is unavailable (RFC 9110 10.2.3).
// After another failure it may be about this request, such as for what is not ready yet.
func (o *outcome) isOfOthersToo() bool {
	return o.scope != "" || o.pool || o.record.StatusCode == http.StatusServiceUnavailable && o.requested > 0 && !o.record.RetryMinimum
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (e *Egress) identity(a attempt, scope contract.Scope) identity {
	if scope == contract.ScopeCredential {
		return e.credential(a)
	}
	return identity{scope: scope}
}

// credential is what the caller is known by at the upstream: what passes of the header
// fields and parameters whose names say so, the caller's own or those that they are sent
// by. What the spec fixes, or sends as a credential, is the same for all. Taking too much
// for a credential costs the memory of it, and too little would hold back a caller for what
// another one did.
func (e *Egress) credential(a attempt) identity {
	var parts []string
	for name, value := range a.Input.Request.Headers {
		name = strings.ToLower(name)
		sent, passes := name, e.forward[name]
		if to, renamed := e.rename[name]; renamed {
			sent, passes = to, true
		}
		passes = passes && e.headers.Get(sent) == "" && !e.isCredential(sent)
		isKey := name == a.Policy.IdempotencyHeader || sent == a.Policy.IdempotencyHeader
		if passes && !isKey && (namesCredential(name) || namesCredential(sent)) {
			parts = append(parts, sent+": "+value)
		}
	}
	for pair := range strings.SplitSeq(a.Input.Request.Query, "&") {
		name := contract.ParameterName(pair)
		passes := !e.query.names[name] && (e.credentials == nil || !e.credentials.HasParameter(name))
		if passes && namesCredential(strings.ToLower(name)) {
			parts = append(parts, pair)
		}
	}
	of := identity{scope: contract.ScopeCredential}
	if len(parts) > 0 {
		slices.Sort(parts)
		of.credential = sha256.Sum256([]byte(strings.Join(parts, "\n")))
	}
	return of
}

// namesCredential takes a name in lower case. It knows neither pages nor searches by their
// keys: page_token, keyword.
func namesCredential(name string) bool {
	for _, other := range []string{"page", "next", "cursor", "continuation", "idempotency", "agent"} {
		if strings.Contains(name, other) {
			return false
		}
	}
	for word := range strings.FieldsFuncSeq(name, func(c rune) bool { return c == '-' || c == '_' || c == '.' }) {
		switch word {
		case "authorization", "auth", "cookie", "session", "sid", "signature", "sig", "user", "username", "email",
			"account", "client", "clientid", "tenant", "org", "organization", "project", "appid", "credential":
			return true
		}
		if strings.HasSuffix(word, "key") || strings.HasSuffix(word, "token") || strings.HasSuffix(word, "secret") {
			return true
		}
	}
	return false
}

// countedCredential is what the upstream counts the calls of a caller by: a hash, or zero for
// the one that all share. It is no more than what surely says who calls: whatever differs
// from call to call of one caller would give him a limit for each.
func (e *Egress) countedCredential(a attempt) (of [sha256.Size]byte) {
	if e.showsCredential() {
		return of
	}
	var parts []string
	for name, value := range a.Input.Request.Headers {
		name = strings.ToLower(name)
		sent, passes := name, e.forward[name]
		if to, renamed := e.rename[name]; renamed {
			sent, passes = to, true
		}
		switch {
		case !passes:
		case strings.EqualFold(sent, "Authorization"):
			if isSignature(value) {
				return of
			}
			return sha256.Sum256([]byte(value))
		case contract.NamesCredential(sent):
			parts = append(parts, strings.ToLower(sent)+": "+value)
		}
	}
	for pair := range strings.SplitSeq(a.Input.Request.Query, "&") {
		if parametersOfCallers[strings.ToLower(contract.ParameterName(pair))] {
			parts = append(parts, pair)
		}
	}
	if len(parts) > 0 {
		slices.Sort(parts)
		of = sha256.Sum256([]byte(strings.Join(parts, "\n")))
	}
	return of
}

// parametersOfCallers are those by which an API knows who calls. Any parameter passes, and
// most that end in key or token say something else.
var parametersOfCallers = map[string]bool{"key": true, "api_key": true, "api-key": true, "apikey": true, "access_token": true}

// isSignature: such a value differs from call to call (OAuth 1.0, RFC 5849 3.5.1; AWS).
func isSignature(value string) bool {
	lower := strings.ToLower(value)
	return strings.Contains(lower, "signature") || strings.Contains(lower, "nonce")
}
