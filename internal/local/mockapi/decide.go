package mockapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// scriptsOf are the scripts in the order in which they are tried.
func scriptsOf(cfg Config) []PathScript {
	scripts := slices.Clone(cfg.Paths)
	if len(cfg.Script.Steps) > 0 {
		scripts = append(scripts, PathScript{Prefix: "/", Script: cfg.Script})
	}
	slices.SortStableFunc(scripts, func(a, b PathScript) int { return cmp.Compare(len(b.Prefix), len(a.Prefix)) })
	return scripts
}

// decide gives the answer to a request. The lock is held.
func (a *API) decide(q *Request, target *url.URL) reply {
	if a.isTokenRequest(target) {
		if out, scripted := a.fromScript(q, target.Path, 0); scripted {
			return out.complete(q)
		}
		return reply{isToken: true}
	}
	if out, refused := a.refuseStranger(q, target); refused {
		return out.complete(q)
	}
	latency := a.cfg.Latency.draw(a.env.Random)
	out, scripted := a.fromScript(q, target.Path, latency)
	if !scripted {
		out = a.fromLimit(q, target, latency)
	}
	return out.complete(q)
}

// complete adds the date.
func (out reply) complete(q *Request) reply {
	if out.header == nil {
		out.header = http.Header{}
	}
	if out.header.Get("Date") == "" {
		out.header.Set("Date", q.Time.UTC().Format(http.TimeFormat)) // by the clock that the requested waits use
	}
	return out
}

// fromScript takes the next entry of the first script that matches the path.
func (a *API) fromScript(q *Request, path string, latency time.Duration) (reply, bool) {
	i := slices.IndexFunc(a.scripts, func(s PathScript) bool { return isUnder(path, s.Prefix) })
	if i < 0 {
		return reply{}, false
	}
	turn := a.turns.at(fmt.Sprint(i, " ", q.client(a.cfg.ScriptPer)))
	step, entry := a.scripts[i].Script.step(*turn)
	*turn++
	if step.Pass {
		return reply{}, false
	}
	switch {
	case step.Latency != nil:
		latency = step.Latency.draw(a.env.Random)
	case step.Fault == FaultDrip:
		latency = dripTime
	}
	out := reply{code: step.Code, fault: step.Fault, header: http.Header{}, latency: latency}
	out.why = fmt.Sprintf("entry %d of the script", entry+1)
	for _, field := range step.Header {
		out.header.Add(field.Name, field.at(q.Time))
	}
	if step.Body != nil {
		out.setBody([]byte(*step.Body))
	}
	return out, true
}

// isUnder reports whether a path is the prefix, or below it.
func isUnder(path, prefix string) bool {
	prefix = strings.TrimSuffix(prefix, "/")
	rest, ok := strings.CutPrefix(path, prefix)
	return ok && (rest == "" || rest[0] == '/')
}

// fromLimit counts the request, then answers what its path asks for. All limits have to
// let it through; one that is refused counts for none, unless the limit says so.
func (a *API) fromLimit(q *Request, target *url.URL, latency time.Duration) reply {
	if len(a.cfg.Limits) == 0 {
		return a.fromChance(target, latency)
	}
	senders := a.senders(q)
	if ban := longestBan(senders, a.cfg.Limits, q.Time); ban.reset > 0 {
		return a.limited(q, a.cfg.Ban.Code, ban, "banned, "+spoken(ban.reset)+" left", latency)
	}
	if refusal, words := a.refuse(senders, q.Time); words != "" {
		out := a.limited(q, a.cfg.Code, refusal, words, latency)
		out.take(a.cfg.Header)
		return out
	}
	for i, sender := range senders {
		sender.count(a.cfg.Limits[i], q.Time)
		sender.over = 0
	}
	out := a.fromChance(target, latency)
	a.tell(&out, q, tightest(senders, a.cfg.Limits, q.Time))
	return out
}

// senders is who sent the request, as each limit counts.
func (a *API) senders(q *Request) []*client {
	all := make([]*client, len(a.cfg.Limits))
	for i, limit := range a.cfg.Limits {
		all[i] = a.clients[i].at(q.client(limit.Per))
		a.see(i, all[i], q)
	}
	return all
}

// see notes the call of a client, which gets a name with its first one.
func (a *API) see(limit int, c *client, q *Request) {
	if per := a.cfg.Limits[limit].Per; c.seen.name == "" {
		a.named[limit]++
		c.seen.number = q.Number
		c.seen.name = clientName(per, q, a.named[limit])
	}
	c.seen.see(a.cfg.Limits[limit].Window, q.Time)
}

func clientName(per Per, q *Request, number int) string {
	switch {
	case per == PerIP:
		return q.Address
	case per == PerAll:
		return "all"
	case q.Credential == "":
		return "no credential"
	}
	return fmt.Sprintf("credential %d", number)
}

// longestBan is the quota of a sender that is banned, and refused; without a reset for
// nobody.
func longestBan(senders []*client, limits []Limit, now time.Time) quota {
	var longest quota
	for i, sender := range senders {
		left := sender.banned.Sub(now)
		if left > 0 {
			sender.seen.refused++
		}
		if left > longest.reset {
			longest = quota{limits[i], 0, left}
		}
	}
	return longest
}

// refuse gives the limit that refuses a call for the longest time, and why; no words
// where all let it through. Each limit that refuses it counts a violation.
func (a *API) refuse(senders []*client, now time.Time) (refusal quota, why string) {
	for i, sender := range senders {
		limit := a.cfg.Limits[i]
		wait := sender.wait(limit, now)
		if wait == 0 {
			continue
		}
		if limit.Refused {
			sender.count(limit, now)
			wait = sender.wait(limit, now)
		}
		sender.seen.refused++
		sender.violate(a.cfg.Ban, now)
		if wait > refusal.reset {
			refusal, why = quota{limit, 0, wait}, a.overWords(sender, limit, wait, now)
		}
	}
	return refusal, why
}

// tightest is what the limit with the fewest calls left says.
func tightest(senders []*client, limits []Limit, now time.Time) quota {
	least := senders[0].left(limits[0], now)
	for i, sender := range senders[1:] {
		if left := sender.left(limits[i+1], now); left.remaining < least.remaining {
			least = left
		}
	}
	return least
}

func (a *API) overWords(sender *client, limit Limit, wait time.Duration, now time.Time) string {
	if len(a.cfg.Limits) == 1 {
		limit.Per = "" // it is clear
	}
	if limit.Kind == LimitFixed {
		limit.Kind = ""
	}
	words := fmt.Sprintf("over %s, %s left", limit, spoken(wait))
	if sender.banned.After(now) {
		words += fmt.Sprintf("; now banned for %s", short(sender.banned.Sub(now)))
	}
	return words
}

// limited is the answer to a call that the limit or a ban refuses.
func (a *API) limited(q *Request, code int, left quota, why string, latency time.Duration) reply {
	out := reply{code: code, why: why, latency: latency}
	a.tell(&out, q, left)
	a.cfg.RetryAfter.set(out.header, left.reset, q.Time)
	if a.cfg.Body != nil {
		out.setBody(a.cfg.Body)
	}
	return out
}

// setBody answers with a text in place of what was received. It is JSON where it can be
// read so, unless the answer has a type already.
func (out *reply) setBody(body []byte) {
	out.content = func([]byte) (io.Reader, int64) { return bytes.NewReader(body), int64(len(body)) }
	if out.header.Get("Content-Type") == "" && !json.Valid(body) {
		out.header.Set("Content-Type", "text/plain; charset=utf-8")
	}
}

// take puts fields in place of those that are there; one without values takes it out.
func (out *reply) take(header http.Header) {
	for name, values := range header {
		if len(values) == 0 {
			out.header.Del(name)
		} else {
			out.header[name] = slices.Clone(values)
		}
	}
}

// tell writes the quota into an answer's header.
func (a *API) tell(out *reply, q *Request, left quota) {
	if out.header == nil {
		out.header = http.Header{}
	}
	for _, family := range a.cfg.Headers {
		family.set(out.header, left, q.Time)
	}
}

func spoken(d time.Duration) string { return short(roundUp(d, time.Millisecond)) }

var chanceCodes = []int{500, 502, 503, 504}

// fromChance fails for the configured share of requests.
func (a *API) fromChance(target *url.URL, latency time.Duration) reply {
	if a.cfg.Errors > 0 && a.env.Random() < a.cfg.Errors {
		code := chanceCodes[int(a.env.Random()*float64(len(chanceCodes)))]
		return reply{code: code, why: "by chance", latency: latency}
	}
	out := fromPath(target)
	out.latency += latency
	return out
}
