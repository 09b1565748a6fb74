package spec

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// secretParameters are names of query parameters that carry what must not be in a
// repository, beside those that end as a secret header does.
var secretParameters = []string{"token", "secret", "password", "passwd", "pwd", "signature", "sig", "subscription-key"}

// checkSecretQuery warns of a trigger's query as checkHeaderMap does of its headers: many
// APIs take their key there, and access logs have it too.
func (c *checker) checkSecretQuery(path string) {
	n := c.root.at(path)
	if n == nil || n.kind != isText || !c.sound(path) {
		return
	}
	for pair := range strings.SplitSeq(n.text, "&") {
		name, value, _ := strings.Cut(pair, "=")
		fromEvent := strings.HasPrefix(path, "triggers.events") && contract.HasPlaceholders(value)
		if value != "" && isSecretParameter(name) && !fromEvent {
			c.warn("secret-in-spec", path, "its parameter "+quoteShort(name)+
				" looks like a secret, and the spec is committed and copied into the template", c.secretAdvice(path, ""))
		}
	}
}

func isSecretParameter(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	name = strings.ReplaceAll(name, "_", "-")
	return slices.ContainsFunc([]string{strings.ToLower(name), kebab(name)}, func(spelt string) bool {
		return isSecretName(spelt) || slices.Contains(secretParameters, spelt)
	})
}
