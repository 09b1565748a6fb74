package spec

import (
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// checkEventPlaceholders checks the placeholders of an event's request, and refuses those
// of other systems there.
func (c *checker) checkEventPlaceholders(path string) {
	c.checkEventTexts(c.root.at(path+".path"), inPath)
	c.checkEventTexts(c.root.at(path+".query"), inQuery)
	c.checkEventTexts(c.root.at(path+".headers"), inHeader)
	c.checkPlaceholder(c.root.at(path+".body"), inBody, "write bodyFrom: $.detail in place of body to send that part of the event; "+
		"path, query and headers take single values as {$.detail.id}, a body takes none")
}

func (c *checker) checkEventTexts(n *node, form textForm) {
	if n == nil {
		return
	}
	if n.kind == isText && c.sound(n.path) {
		c.checkEventText(n, form)
	}
	for _, field := range n.fields {
		c.checkEventTexts(field.value, form)
	}
}

func (c *checker) checkEventText(n *node, form textForm) {
	parts, err := contract.ParseText(n.text)
	if err != nil {
		c.fail("event-placeholder", n.path, "holds a placeholder that cannot be read: "+err.Error(),
			"a value of the event is written {$.detail.id}, {$.detail.items[0].sku} or {$.detail['order-id']}; {!$ stands for {$ as plain text")
		return
	}
	for _, part := range parts {
		if p := part.Placeholder; p != nil && !isEventPath(p.Path) {
			c.fail("event-placeholder", n.path, p.Written+": "+noSuchField(p.Path), didYouMean(near(firstName(p.Path), eventFields)))
			return
		}
	}
	found := placeholderIn(withoutPlaceholders(n.text), form)
	c.rejectPlaceholder(n, found, eventHint(found))
}

// eventHint says how the event's value is written, in place of what was found.
func eventHint(found string) string {
	path := strings.Trim(found, "{}<> ")
	if parts, err := contract.ParseText("{" + path + "}"); err == nil && len(parts) == 1 && parts[0].Placeholder != nil &&
		isEventPath(parts[0].Placeholder.Path) {
		return "write {" + path + "} for that value of the event"
	}
	return "{$.detail.id} is the value of the event's detail.id; nothing else is filled in"
}

// isEventPath reports whether a path leads to a field that events have, or to what is
// in it.
func isEventPath(path contract.Path) bool {
	return len(path) > 0 && path[0].Kind == contract.StepName && slices.Contains(eventFields, path[0].Name)
}

func noSuchField(path contract.Path) string {
	return "an event has no field " + firstName(path) + ", it has " + strings.Join(eventFields, ", ")
}

func firstName(path contract.Path) string {
	if len(path) == 0 || path[0].Kind != contract.StepName {
		return "[…]"
	}
	return path[0].Name
}

// withoutPlaceholders is a text as it may be sent, each placeholder as a letter: what
// the rules of paths, queries and headers look at. A text that cannot be read stays.
func withoutPlaceholders(text string) string {
	parts, err := contract.ParseText(text)
	if err != nil || !contract.HasPlaceholders(text) {
		return text
	}
	var out strings.Builder
	for _, part := range parts {
		if part.Placeholder != nil {
			out.WriteString("x")
		}
		out.WriteString(strings.ReplaceAll(part.Text, "{$", "x"))
	}
	return out.String()
}

// textAround is a text without its placeholders.
func textAround(text string) string {
	parts, _ := contract.ParseText(text)
	var out strings.Builder
	for _, part := range parts {
		out.WriteString(part.Text)
	}
	return out.String()
}

// HasPlaceholders reports whether parts of the request come from the event, beside its
// body.
func (r Request) HasPlaceholders() bool {
	for _, value := range r.Headers {
		if contract.HasPlaceholders(value) {
			return true
		}
	}
	return contract.HasPlaceholders(r.Path) || contract.HasPlaceholders(r.Query)
}
