package spec

import (
	"strings"
	"sync"
)

// ruleWords are words of other systems for the parts of a rule.
var ruleWords = []foreign{
	{"if", "GitHub Actions and many rule systems", "retry.rules[].when", noValue, nil},
	{"match", "Istio and Envoy", "retry.rules[].when", noValue, nil},
	{"condition", "many rule systems", "retry.rules[].when", noValue, nil},
	{"conditions", "many rule systems", "retry.rules[].when", noValue, nil},
	{"then", "many rule systems", "retry.rules[].is", sameValue, nil},
	{"action", "AWS WAF and many rule systems", "retry.rules[].is", sameValue, nil},
	{"outcome", "many rule systems", "retry.rules[].is", sameValue, nil},
	{"result", "many rule systems", "retry.rules[].is", sameValue, nil},
	{"means", "many rule systems", "retry.rules[].is", sameValue, nil},
	{"per", "upstream.limits", "retry.rules[].scope", sameValue, nil},
	{"wait", "many HTTP clients", "retry.rules[].minWait", sameValue, nil},
	{"delay", "many HTTP clients", "retry.rules[].minWait", sameValue, nil},
	{"retryAfter", "many HTTP clients", "retry.rules[].minWait", sameValue, nil},
	{"ban", "many rule systems", "retry.rules[].coolDown", noValue, nil},
	{"banFor", "many rule systems", "retry.rules[].coolDown", noValue, nil},
	{"status", "a rule's when", "retry.rules[].when.status", sameValue, nil},
	{"statusCode", "many HTTP clients", "retry.rules[].when.status", sameValue, nil},
	{"statusCodes", "retry.rateLimit", "retry.rules[].when.status", sameValue, nil},
	{"code", "many HTTP clients", "retry.rules[].when.status", sameValue, nil},
	{"codes", "many HTTP clients", "retry.rules[].when.status", sameValue, nil},
	{"method", "a rule's when", "retry.rules[].when.method", sameValue, nil},
	{"header", "a rule's when", "retry.rules[].when.header", noValue, nil},
	{"body", "a rule's when", "retry.rules[].when.body", noValue, nil},
	{"json", "a rule's when", "retry.rules[].when.json", noValue, nil},
	{"jsonPath", "Step Functions and many test tools", "retry.rules[].when.json", noValue, nil},
	{"contains", "a rule's when", "retry.rules[].when.body.contains", sameValue, nil},
	{"matches", "a rule's when", "retry.rules[].when.body.matches", sameValue, nil},
	{"regex", "many rule systems", "retry.rules[].when.body.matches", sameValue, nil},
	{"pattern", "many rule systems", "retry.rules[].when.body.matches", sameValue, nil},
}

// rulesWordsIn are ruleWords inside a rule, where alone they count.
func rulesWordsIn(section string) []foreign {
	if strings.HasPrefix(section, "retry.rules[") {
		return ruleWords
	}
	return nil
}

var (
	noAlternatives = lack{"the conditions of a when hold together, and alternatives are lists of values",
		"write a list, as in status: [403, 429], or a second rule with the same is", nil}
	noNegation = lack{"a when has no negation", "write an earlier rule for what is not meant, because the first that matches decides", nil}
	noNesting  = lack{"the conditions of a when hold together anyway", "write them into when itself", nil}
	noPath     = lack{"a rule looks at the answer and the method, and not at the path",
		"remove it; a part of the API with rules of its own is a spec of its own", nil}
)

// elsewhereInRules are the words of rules for what a rule has not, or has elsewhere.
var elsewhereInRules = sync.OnceValue(func() map[string]foreign {
	all := map[string]foreign{"retry.rules[].maxwait": {"maxWait", "retry.rateLimit", "retry.rateLimit.maxWait", sameValue, nil}}
	for _, absent := range []struct {
		section string
		lack    *lack
		words   []string
	}{
		{"retry.rules[].when", &noAlternatives, []string{"any", "or", "anyOf", "oneOf"}},
		{"retry.rules[].when", &noNegation, []string{"not", "none", "unless"}},
		{"retry.rules[].when", &noNesting, []string{"all", "and", "allOf"}},
		{"retry.rules[].when", &noPath, []string{"path", "url"}},
	} {
		for _, word := range absent.words {
			all[absent.section+"."+plain(word)] = foreign{word: word, system: "many rule systems", lack: absent.lack}
		}
	}
	return all
})

// meanings are words of other systems for what a rule calls an answer.
var meanings = map[string]string{
	"ok": "success", "retry": "transient", "retryable": "transient", "temporary": "transient",
	"limit": "rateLimited", "limited": "rateLimited", "throttle": "rateLimited", "throttled": "rateLimited", "quota": "rateLimited",
	"reject": "rejected", "fail": "rejected", "failed": "rejected", "failure": "rejected", "fatal": "rejected", "error": "rejected",
	"permanent": "rejected", "final": "rejected", "ban": "rejected", "banned": "rejected", "stop": "rejected",
}

// asBodyPath is a path into a body of which only the beginning is wrong; "" for what
// does not become one by that.
func asBodyPath(text string) string {
	path := strings.TrimLeft(strings.ReplaceAll(text, "/", "."), ".")
	if !strings.HasPrefix(path, "[") {
		path = "." + path
	}
	return "$" + path
}
