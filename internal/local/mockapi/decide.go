package mockapi

import (
	"cmp"
	"fmt"
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
	latency := a.cfg.Latency.draw(a.env.Random)
	out, scripted := a.fromScript(q, target.Path, latency)
	if !scripted {
		out = a.fromLimit(q, target, latency)
	}
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
	return out, true
}

// isUnder reports whether a path is the prefix, or below it.
func isUnder(path, prefix string) bool {
	prefix = strings.TrimSuffix(prefix, "/")
	rest, ok := strings.CutPrefix(path, prefix)
	return ok && (rest == "" || rest[0] == '/')
}

// fromLimit counts the request, then answers what its path asks for.
func (a *API) fromLimit(q *Request, target *url.URL, latency time.Duration) reply {
	if a.cfg.Limit.Requests == 0 {
		return a.fromChance(target, latency)
	}
	sender := a.clients.at(q.client(a.cfg.Per))
	if sender.banned.After(q.Time) {
		left := sender.banned.Sub(q.Time)
		return a.limited(q, a.cfg.Ban.Code, quota{a.cfg.Limit, 0, left}, "banned, "+spoken(left)+" left", latency)
	}
	left, allowed := sender.take(a.cfg.Limit, q.Time)
	if !allowed {
		sender.violate(a.cfg.Ban, q.Time)
		return a.limited(q, a.cfg.Code, left, a.overWords(sender, left, q.Time), latency)
	}
	sender.over = 0
	out := a.fromChance(target, latency)
	a.tell(&out, q, left)
	return out
}

func (a *API) overWords(sender *client, left quota, now time.Time) string {
	words := fmt.Sprintf("over %s, %s left", a.cfg.Limit, spoken(left.reset))
	if sender.banned.After(now) {
		words += fmt.Sprintf("; now banned for %s", short(a.cfg.Ban.For))
	}
	return words
}

// limited is the answer to a call that the limit or a ban refuses.
func (a *API) limited(q *Request, code int, left quota, why string, latency time.Duration) reply {
	out := reply{code: code, why: why, latency: latency}
	a.tell(&out, q, left)
	a.cfg.RetryAfter.set(out.header, left.reset, q.Time)
	return out
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
