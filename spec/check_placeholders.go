package spec

import (
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// checkPlaceholders refuses the placeholders of other systems in what is sent: they
// would reach the API as they stand.
func (c *checker) checkPlaceholders() {
	c.checkPlaceholder(c.root.at("upstream.headers"), inHeader,
		"name a secret in upstream.credentials.headers, or let the caller send the header, with its name in upstream.forwardHeaders")
	c.checkPlaceholder(c.root.at("upstream.query"), inHeader,
		"name a secret in upstream.credentials.query, or let the caller send the parameter in its query")
	for i := range c.spec.Triggers.Schedules {
		c.checkRequestPlaceholders(itemPath("triggers.schedules", i) + ".request")
	}
	for i := range c.spec.Triggers.Events {
		c.checkEventPlaceholders(itemPath("triggers.events", i) + ".request")
	}
}

// checkRequestPlaceholders checks the request of a schedule, which has no event.
func (c *checker) checkRequestPlaceholders(path string) {
	const hint = "a schedule's request is fixed, but for <aws.scheduler.scheduled-time> and the like; " +
		"only the requests of triggers.events take values, from the event; a secret is named in upstream.credentials"
	c.checkPlaceholder(c.root.at(path+".path"), inPath, hint)
	c.checkPlaceholder(c.root.at(path+".query"), inQuery, hint)
	c.checkPlaceholder(c.root.at(path+".headers"), inHeader, hint)
	c.checkPlaceholder(c.root.at(path+".body"), inBody, hint)
}

func (c *checker) checkPlaceholder(n *node, form textForm, hint string) {
	if n == nil {
		return
	}
	if n.kind == isText {
		c.rejectPlaceholder(n, placeholderIn(n.text, form), hint)
	}
	for _, field := range n.fields {
		if form == inBody {
			c.rejectPlaceholder(field.value, placeholderInMember(field), hint)
		}
		c.checkPlaceholder(field.value, form, hint)
	}
	for _, item := range n.items {
		c.checkPlaceholder(item, form, hint)
	}
}

// placeholderInMember looks at a key of a body, and at the value of one that ends in
// .$, by which a state machine knows its paths.
func placeholderInMember(f field) string {
	if strings.HasSuffix(f.name, ".$") && f.value.kind == isText && jsonPath.MatchString(f.value.text) {
		return f.value.text
	}
	return anywhere.FindString(f.name)
}

// What EventBridge Scheduler fills in, in a schedule only (Scheduler, "Context
// attributes"), and what looks like that.
var (
	schedulerValue = lazyregexp.New(`<aws\.scheduler\.[^<>]*>`)
	schedulerFills = []string{
		"<aws.scheduler.schedule-arn>", "<aws.scheduler.scheduled-time>", "<aws.scheduler.execution-id>", "<aws.scheduler.attempt-number>",
	}
)

// unfilled is the first value of Scheduler's in a text that nothing fills in.
func unfilled(n *node) string {
	inSchedule := strings.HasPrefix(n.path, "triggers.schedules")
	for _, value := range schedulerValue.FindAllString(n.text, -1) {
		if !inSchedule || !slices.Contains(schedulerFills, value) {
			return value
		}
	}
	return ""
}

func (c *checker) rejectPlaceholder(n *node, found, hint string) {
	if found == "" && n.kind == isText {
		found = unfilled(n)
	}
	if found == "" || !c.sound(n.path) {
		return
	}
	c.fail("placeholder", n.path, "holds "+quoteShort(found)+", a placeholder that nothing fills in: the API would get it as it stands", hint)
}
