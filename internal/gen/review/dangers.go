package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// Danger is what a reviewer should not overlook.
type Danger struct {
	Kind Kind   `json:"kind"`
	Text string `json:"text"`
}

// Kind is a stable name of a danger.
type Kind string

// The kinds, the worst first.
const (
	KindFails      Kind = "deployment-fails"
	KindRenamed    Kind = "renamed"
	KindOther      Kind = "other-environment"
	KindOpenURL    Kind = "open-url"
	KindPermission Kind = "wider-permission"
	KindReplaced   Kind = "replaced"
	KindDeleted    Kind = "deleted"
	KindUnreadable Kind = "unreadable"
	KindTwice      Kind = "acts-twice"
	KindDeadline   Kind = "shorter-deadline"
	KindLimits     Kind = "limits-not-kept"
	KindExposed    Kind = "exposed"
	KindUpstream   Kind = "other-upstream"
	KindAddresses  Kind = "other-addresses"
	KindForeign    Kind = "foreign"
)

var kinds = []Kind{KindFails, KindRenamed, KindOther, KindOpenURL, KindPermission, KindReplaced, KindDeleted, KindUnreadable, KindTwice,
	KindDeadline, KindLimits, KindExposed, KindUpstream, KindAddresses}

// dangers are all there are, the worst first.
func (r *Review) dangers(old, current parsed, foreign []string) []Danger {
	var list []Danger
	if r.State == Renamed {
		list = append(list, Danger{KindRenamed, fmt.Sprintf("%s becomes %s: another stack, with another function URL and "+
			"other names; %s is not touched: "+
			"it stays deployed, and its triggers go on, until sfngen destroy %s", r.OldName, r.Stack, r.OldName, r.OldName)})
	}
	if from, to := text(old.plan, "environment"), text(current.plan, "environment"); from != to && from != "" && to != "" {
		list = append(list, Danger{KindOther, fmt.Sprintf("%s is the stack of the environment %s, and becomes that of %s: "+
			"whoever calls %s reaches %s then", r.Stack, from, to, from, to)})
	}
	list = append(list, r.resourceDangers()...)
	for _, words := range grantGroups(slices.DeleteFunc(slices.Clone(r.IAM), func(g Grant) bool { return !g.Wider })) {
		list = append(list, Danger{KindPermission, words})
	}
	for _, f := range r.Fields {
		list = append(list, fieldDangers(f)...)
	}
	list = append(list, r.deadlineDangers()...)
	list = append(list, r.coordinationDangers(old)...)
	list = append(list, networkDangers(old, current)...)
	list = append(list, r.openNew(current)...)
	for _, path := range foreign {
		list = append(list, Danger{KindForeign, path + " was not written by sfngen, but Go compiles it into the Lambdas: move it away"})
	}
	slices.SortStableFunc(list, func(a, b Danger) int { return cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)) })
	return list
}

// resourceDangers are one for each consequence, however many resources have it.
func (r *Review) resourceDangers() []Danger {
	var list []Danger
	for _, group := range groupBy(r.Resources, func(c Resource) string { return string(c.Action) + "\x00" + c.Consequence }) {
		first, who := group[0], wordsOf(group)
		switch {
		case first.Consequence == cfn.ReplacedUnderItsName:
			list = append(list, Danger{KindFails, who + " would be replaced: " + first.Consequence})
		case first.Consequence == cfn.FixedForGood:
			list = append(list, Danger{KindFails, who + " would get another " + count.And(fixedOf(first)...) + ": " + first.Consequence})
		case first.Consequence == "" || first.Consequence == cfn.FactsOf(first.ID, first.Type).Kept:
		case first.Action == Replace:
			list = append(list, Danger{KindReplaced, who + ": " + first.Consequence})
		case first.Action == Delete:
			list = append(list, Danger{KindDeleted, who + ": " + first.Consequence})
		}
	}
	for _, c := range r.Resources {
		for _, p := range c.Properties {
			if p.Name == "AuthType" && p.To == "NONE" {
				list = append(list, openURL)
			}
		}
	}
	return list
}

// fixedOf are the properties of a resource that change, and cannot.
func fixedOf(c Resource) []string {
	var names []string
	for _, p := range c.Properties {
		if slices.Contains(cfn.FactsOf(c.ID, c.Type).Fixed, p.Name) {
			names = append(names, p.Name)
		}
	}
	return names
}

var openURL = Danger{KindOpenURL, "the function URL gets auth: none: everyone who knows its address may call, without a signature"}

// openNew is the danger of a stack, or a URL, that is open from the start.
func (r *Review) openNew(current parsed) []Danger {
	for _, c := range r.Resources {
		if c.Action == Create && text(current.resources[c.ID].node, "AuthType") == "NONE" {
			return []Danger{openURL}
		}
	}
	return nil
}

// mostNamed is how many resources a line names.
const mostNamed = 4

func wordsOf(group []Resource) string {
	var all []string
	for _, c := range group {
		all = append(all, c.Words())
	}
	return shortened(all)
}

func shortened(all []string) string {
	if more := len(all) - mostNamed; more > 1 {
		all = append(all[:mostNamed:mostNamed], fmt.Sprintf("%d more", more))
	}
	return count.And(all...)
}

// groupBy keeps the order of the first of each group.
func groupBy(list []Resource, key func(Resource) string) [][]Resource {
	var groups [][]Resource
	at := map[string]int{}
	for _, c := range list {
		k := key(c)
		i, known := at[k]
		if !known {
			i = len(groups)
			at[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

// keys of a caller, as APIs take them in headers.
var callerKeys = []string{"authorization", "cookie", "x-api-key", "api-key", "proxy-authorization"}

// fieldDangers are what a field alone shows.
func fieldDangers(f Field) []Danger {
	if name, is := strings.CutPrefix(f.Name, "upstream.renameHeaders."); is {
		return when(slices.Contains(callerKeys, f.To), KindExposed,
			"the API gets what callers send in "+name+" as "+f.To+" (upstream.renameHeaders)")
	}
	if strings.HasPrefix(f.Name, "operations.") {
		return operationsDangers(f)
	}
	switch f.Name {
	case "partition":
		return []Danger{{KindRenamed, "it is deployed to " + f.To + ", where it is a new stack; what is deployed in " + f.From +
			" stays until sfngen destroy there"}}
	case "upstream.url":
		return []Danger{{KindUpstream, "calls go to " + f.To + ", no longer to " + f.From}}
	case "upstream.credentials.oauth2.tokenUrl":
		return when(f.From != "", KindUpstream, "the client's secret goes to "+f.To+", no longer to "+f.From)
	case caBundleField, authoritiesField:
		return authorityDangers(f)
	case "upstream.allowPrivate":
		return when(f.To == "true", KindExposed, "the egresses may call private addresses (upstream.allowPrivate)")
	case "retry.idempotency.unsafeMethods":
		return when(f.To == "allow", KindTwice, "unsafeMethods: allow sends POST and PATCH again whatever failed: they may act twice")
	case "workflow.logData":
		return when(f.To == "true", KindExposed, "what callers send and what the API answers is written to the log (workflow.logData)")
	case "workflow.logRetention":
		return when(number(f.To) < number(f.From), KindDeleted, "log lines older than "+f.To+" days are deleted; they were kept for "+f.From)
	case "triggers.functionUrl.cors.origins":
		return when(slices.Contains(f.Added, "*") || slices.Contains(f.Added, "https://*"), KindExposed,
			"scripts of any website may call the function URL (cors.origins)")
	case "triggers.functionUrl.cors.allowCredentials":
		return when(f.To == "true", KindExposed, "scripts of the allowed origins call with the user's cookies (cors.allowCredentials)")
	case "upstream.forwardHeaders":
		keys := slices.DeleteFunc(slices.Clone(f.Added), func(name string) bool { return !slices.Contains(callerKeys, name) })
		return when(len(keys) > 0, KindExposed, "the API gets the caller's "+count.And(keys...)+" (upstream.forwardHeaders)")
	case "retry.idempotency.header":
		return when(f.To == "", KindTwice, "no idempotency key is sent any more (retry.idempotency.header)")
	}
	return nil
}

func when(holds bool, kind Kind, words string) []Danger {
	if !holds {
		return nil
	}
	return []Danger{{kind, words}}
}

func number(text string) (n int) {
	_, _ = fmt.Sscan(text, &n) // what is no number is none
	return n
}

// deadlineDangers: a deadline that still holds the worst case cuts nothing off.
func (r *Review) deadlineDangers() []Danger {
	from, to, worst := duration(r.Deadline.From), duration(r.Deadline.To), duration(r.WorstCase.To)
	if from == 0 || to >= from || worst > 0 && to >= worst {
		return nil
	}
	words := fmt.Sprintf("the deadline is %s instead of %s", spec.Short(to), spec.Short(from))
	if worst > 0 {
		words += fmt.Sprintf(", and the worst case takes %s: later attempts may be cut off", spec.Short(worst))
	}
	return []Danger{{KindDeadline, words}}
}

// duration reads what a plan writes; 0 for nothing.
func duration(text string) time.Duration {
	d, _ := time.ParseDuration(strings.TrimSpace(text))
	return d
}
