package spec

import (
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// dynamicReference begins what CloudFormation replaces by a parameter or a secret,
// wherever it stands in a template ("Get values stored in other services using
// dynamic references").
var dynamicReference = lazyregexp.New(`(?i)\{\{\s*resolve\s*:`)

// checkTemplateWords walks all that a spec says, its own keys included, so that no
// field, now or later, carries a word of CloudFormation into a template.
func (c *checker) checkTemplateWords() { c.checkTexts(c.root, false) }

// checkTexts looks at a value; isFree says that it is part of a request's body or an
// event pattern, where the keys are the user's too.
func (c *checker) checkTexts(n *node, isFree bool) {
	if n.kind == isText {
		c.checkDynamicReference(n.path, n.text)
	}
	for _, field := range n.fields {
		c.checkDynamicReference(field.value.path, field.name)
		if isFree {
			c.checkTemplateKey(field.value.path, field.name)
		}
		c.checkTexts(field.value, isFree || isFreeField(field.value.path))
	}
	for _, item := range n.items {
		c.checkTexts(item, isFree)
	}
}

var freeField = lazyregexp.New(`^triggers\.(events|schedules)\[[0-9]+\]\.(pattern|request\.body)$`)

func isFreeField(path string) bool { return freeField.MatchString(path) }

func (c *checker) checkDynamicReference(path, text string) {
	if c.sound(path) && dynamicReference.MatchString(text) {
		c.fail("dynamic-reference", path,
			"holds {{resolve:…}}: in a template CloudFormation puts a parameter or a secret in its place, in plain text",
			"name the secret or parameter itself in upstream.credentials: the egress reads it when it calls")
	}
}

// checkTemplateKey refuses the keys by which CloudFormation knows its functions
// ("Intrinsic function reference", "Condition functions").
func (c *checker) checkTemplateKey(path, key string) {
	isFunction := key == "Ref" || key == "Condition" || strings.HasPrefix(key, "Fn::")
	if !isFunction || !c.sound(path) {
		return
	}
	hint := "match by another field of the event"
	if strings.Contains(path, ".request.body") {
		hint = "write the body as text, as in body: '{\"" + key + `": …}'`
	}
	c.fail("template-key", path, "the key "+key+" is a function of CloudFormation", hint)
}
