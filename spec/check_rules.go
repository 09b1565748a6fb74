package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

const rulesPath = "retry.rules"

// checkRules checks what answers mean: each rule by itself, and then which of them can
// match at all.
func (c *checker) checkRules() {
	c.checkMinWait("retry.rateLimit.minWait", c.spec.Retry.RateLimit.MinWait)
	for i, path := range c.spec.Retry.RateLimit.BodyWaits {
		c.checkJSONPath(itemPath("retry.rateLimit.bodyWaits", i), path)
	}
	c.checkSubstitutions(c.root.at("retry.rateLimit.bodyWaits"))
	c.checkSubstitutions(c.root.at(rulesPath))
	c.checkRuleNames()
	for i, rule := range c.spec.Retry.Rules {
		path := itemPath(rulesPath, i)
		c.checkConditions(path + ".when")
		c.checkRuleFields(path, rule)
		if rule.MinWait != nil {
			c.checkMinWait(path+".minWait", *rule.MinWait)
		}
	}
	c.checkRuleCost()
	c.checkReach()
}

// checkMinWait: what is waited at least must be among what is waited at most.
func (c *checker) checkMinWait(path string, least time.Duration) {
	const most = "retry.rateLimit.maxWait"
	if longest := c.spec.Retry.RateLimit.MaxWait; c.allSound(path, most) && least > longest {
		c.fail("min-wait-above-max-wait", path,
			fmt.Sprintf("at least %s are to be waited, but %s is %s", Short(least), most, Short(longest)),
			fmt.Sprintf("raise %s to %s or more, or lower this", most, Short(least)))
	}
}

// checkSubstitutions: rules are in the definition, in which CloudFormation replaces
// placeholders ("AWS::StepFunctions::StateMachine", DefinitionSubstitutions).
func (c *checker) checkSubstitutions(n *node) {
	if n == nil {
		return
	}
	if n.kind == isText && strings.Contains(n.text, "${") && c.sound(n.path) {
		c.fail("rule-placeholder", n.path, "holds ${, which CloudFormation takes for a placeholder",
			`leave it out; in a regular expression [$][{] means the same`)
	}
	for _, field := range n.fields {
		if strings.Contains(field.name, "${") && c.sound(field.value.path) {
			c.fail("rule-placeholder", field.value.path, "the key holds ${, which CloudFormation takes for a placeholder", "use another path")
		}
		c.checkSubstitutions(field.value)
	}
	for _, item := range n.items {
		c.checkSubstitutions(item)
	}
}

func (c *checker) checkRuleNames() {
	var names []string
	for i, rule := range c.spec.Retry.Rules {
		path := itemPath(rulesPath, i)
		at := path + ".name"
		if first := slices.Index(names, rule.Name); first >= 0 && c.sound(path) {
			c.fail("duplicate-name", at, fmt.Sprintf("there is already a %s, on line %d", contract.RuleWords(rule.Name),
				c.position(itemPath(rulesPath, first)).Line),
				"give each its own name")
		}
		names = append(names, rule.Name)
	}
}

// checkConditions checks what the schema leaves open of when, by how it is written.
func (c *checker) checkConditions(path string) {
	if header := c.root.at(path + ".header"); header != nil {
		for _, field := range header.fields {
			c.checkCondition(field.value, true)
		}
	}
	if json := c.root.at(path + ".json"); json != nil {
		for _, field := range json.fields {
			c.checkJSONPath(field.value.path, field.name)
			c.checkCondition(field.value, false)
		}
	}
	c.checkExpressions(c.root.at(path + ".body.matches"))
}

// checkCondition checks the value of a header's name or of a path.
func (c *checker) checkCondition(n *node, ofHeader bool) {
	if !c.sound(n.path) {
		return
	}
	if n.kind == isMapping {
		for _, field := range n.fields {
			c.checkOperator(field, ofHeader)
		}
		return
	}
	for _, value := range itemsOf(n) {
		switch {
		case value.kind == isDate: // JSON has none, and a header's line is a text
			c.failCondition(value, "a text, a number, true or false", quotesHint(value))
		case ofHeader && isCapitalBoolean(value):
			c.failCapital(value)
		case value.kind == isNothing && ofHeader:
			c.failCondition(value, "a text, a number, true or false", "to match a header that is not there write {exists: false}")
		}
	}
}

// isCapitalBoolean: YAML takes True and FALSE for true and false, which a header that says
// True is not: its lines are compared by every letter.
func isCapitalBoolean(n *node) bool {
	return n.kind == isBoolean && n.text != "true" && n.text != "false"
}

func (c *checker) failCapital(n *node) {
	c.fail("rule-condition", n.path, fmt.Sprintf("%s is %s to YAML, and a header's capitals count", n.text, strings.ToLower(n.text)),
		fmt.Sprintf("put it in quotes: %q, or write %s", n.text, strings.ToLower(n.text)))
}

// itemsOf are the items of a list, or the one value in place of it.
func itemsOf(n *node) []*node {
	if n == nil {
		return nil
	}
	if n.kind == isList {
		return n.items
	}
	return []*node{n}
}

func (c *checker) failCondition(n *node, expected, hint string) {
	c.fail("rule-condition", n.path, "must be "+expected+", got "+n.got(), hint)
}

func (c *checker) checkOperator(f field, ofHeader bool) {
	switch f.name {
	case "exists":
		if f.value.kind != isBoolean {
			c.failCondition(f.value, "true or false", booleanHint(f.value.text))
		}
	case "lessThan", "atMost", "greaterThan", "atLeast":
		if f.value.kind != isNumber {
			c.failCondition(f.value, "a number", numberHint(f.value))
		}
	case "equals":
		for _, value := range itemsOf(f.value) {
			if ofHeader && isCapitalBoolean(value) {
				c.failCapital(value)
			}
		}
		c.checkItems(f.value, "a value without parts", func(n *node) bool {
			return n.kind == isText || n.kind == isNumber || n.kind == isBoolean || n.kind == isNothing && !ofHeader
		})
	default:
		c.checkItems(f.value, "a text", func(n *node) bool { return n.kind == isText && n.text != "" })
		if f.name == "matches" && c.sound(f.value.path) {
			c.checkExpressions(f.value)
		}
	}
}

func numberHint(n *node) string {
	if plainNumber.MatchString(n.text) {
		return "remove the quotes"
	}
	return ""
}

func (c *checker) checkItems(n *node, what string, fits func(*node) bool) {
	if n.kind == isList && len(n.items) == 0 {
		c.failCondition(n, what+" or a list of them", "")
	}
	for _, item := range itemsOf(n) {
		if !fits(item) {
			c.failCondition(item, what, quotesHint(item))
		}
	}
}

func quotesHint(n *node) string {
	if n.kind == isNumber || n.kind == isBoolean || n.kind == isDate {
		return fmt.Sprintf("put it in quotes: %q", n.text)
	}
	return ""
}

func isBodyPath(text string) bool {
	_, err := contract.ParsePath(text)
	return err == nil
}

func (c *checker) checkJSONPath(at, path string) {
	if _, err := contract.ParsePath(path); err != nil && c.sound(at) {
		c.fail("json-path", at, quoteShort(path)+" is no path into a body: "+err.Error(),
			"write names, indexes and [*], as in $.errors[*].code, $[0].code or $['retry after']")
	}
}

func (c *checker) checkExpressions(n *node) {
	for _, item := range itemsOf(n) {
		if item.kind == isText && c.sound(item.path) {
			c.checkExpression(item)
		}
	}
}

func (c *checker) checkExpression(n *node) {
	if _, err := regexp.Compile(n.text); err != nil {
		c.fail("regular-expression", n.path, quoteShort(n.text)+" is no regular expression of RE2: "+patternFault(err), patternHint(n.text))
	}
}

func patternFault(err error) string { return strings.TrimPrefix(err.Error(), "error parsing regexp: ") }

// patternHint answers what other engines have and RE2 leaves out, because it takes time
// without bound.
func patternHint(text string) string {
	if strings.Contains(text, "(?=") || strings.Contains(text, "(?!") || strings.Contains(text, "(?<!") || strings.Contains(text, "(?<=") {
		return "RE2 looks neither ahead nor behind: write a second condition, or an earlier rule for what is not meant"
	}
	return "see github.com/google/re2/wiki/Syntax; in YAML put it in single quotes"
}

// checkRuleFields warns of fields that the rule's meaning does not use.
func (c *checker) checkRuleFields(path string, rule Rule) {
	if !c.sound(path) {
		return
	}
	unused := func(field, why string) {
		if c.has(path + "." + field) {
			c.warn("rule-field-unused", path+"."+field, "has no effect with is: "+string(rule.Is)+why, "remove it")
		}
	}
	if rule.Is != contract.MeansRateLimited {
		unused("scope", ": only a limit has a scope")
	} else if rule.CoolDown != nil && rule.Scope == contract.ScopeIP {
		unused("scope", " and coolDown: no egress calls")
	}
	if rule.Is == contract.MeansSuccess {
		unused("coolDown", ": nothing has failed")
	} else if c.has(path+".coolDown") && !c.spec.Egress.Coordinates() {
		c.warn("cool-down-per-process", path+".coolDown", "holds per process only: an egress that was not told goes on calling",
			"write egress.coordination: dynamodb, by which all are told; or during a ban stop the callers yourself (docs/operations.md), or "+
				"ignore this warning if one refusal for each process does no harm")
	}
	if !rule.isRetried() {
		unused("minWait", ": no attempt follows")
		unused("acted", ": no attempt follows")
	}
}
