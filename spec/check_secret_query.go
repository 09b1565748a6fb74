package spec

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/runtime/contract"
)

// secretParameters are names of query parameters that carry what must not be in a
// repository, beside those that end as a secret header does.
var secretParameters = []string{"token", "secret", "password", "passwd", "pwd", "signature", "sig", "subscription-key"}

// secretValue is how keys and tokens begin whose vendors made them to be found (GitHub,
// "Secret scanning patterns"), a JSON Web Token, and a header with a scheme for one.
var secretValue = lazyregexp.New(`^((?i:bearer|basic) [^ ]|[sr]k_(live|test)_[0-9A-Za-z]|sk-[0-9A-Za-z_-]{16}|gh[opsur]_[0-9A-Za-z]|` +
	`github_pat_|glpat-|xox[abeprs]-|xapp-|shp(at|ca|pa|ss)_|SG\.[0-9A-Za-z_-]|AIza[0-9A-Za-z_-]{30}|whsec_|eyJ[0-9A-Za-z_-]+\.eyJ)`)

// isSecretValue reports whether a value can be nothing but a secret, whatever its name.
func isSecretValue(value string) bool { return secretValue.MatchString(value) }

// isSecretHere reports whether a text of a spec is a secret, by its name or its value. Of
// an event's values only the text around them counts: they are not in the spec.
func (c *checker) isSecretHere(path, text string, named bool) bool {
	if strings.HasPrefix(path, "triggers.events") && contract.HasPlaceholders(text) {
		return isSecretValue(textAround(text))
	}
	return named || isSecretValue(text)
}

// checkSecretQuery warns of a trigger's query as checkHeaderMap does of its headers: many
// APIs take their key there, and access logs have it too.
func (c *checker) checkSecretQuery(path string) {
	n := c.root.at(path)
	if n == nil || n.kind != isText || !c.sound(path) {
		return
	}
	for pair := range strings.SplitSeq(n.text, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if c.isSecretHere(path, unescaped(value), value != "" && isSecretParameter(name)) {
			c.warn("secret-in-spec", path, "its parameter "+quoteShort(name)+
				" looks like a secret, and the spec is committed and copied into the template", c.secretAdvice(path, ""))
		}
	}
}

// checkFixedQuery checks the parameters of every call.
func (c *checker) checkFixedQuery() {
	const path = "upstream.query"
	for _, name := range c.keysOf(path) {
		at := keyPath(path, name)
		if !c.sound(at) {
			continue
		}
		if value := c.written[at].text; value != "" && isSecretParameter(name) || isSecretValue(value) {
			c.warn("secret-in-spec", at, "looks like a secret, and the spec is committed and copied into the generated code",
				c.secretAdvice(path, name))
		}
	}
}

// secretPath finds paths that let in whoever knows them: a bot's token (Telegram), and
// webhooks (Slack, Discord).
var secretPath = lazyregexp.New(`/bot[0-9]{5,}:[0-9A-Za-z_-]{16,}|/services/T[0-9A-Z]{6,}/B[0-9A-Z]{6,}/[0-9A-Za-z]{16,}|` +
	`/webhooks/[0-9]{15,}/[0-9A-Za-z_-]{40,}`)

// checkSecretPath warns of a path as checkSecretQuery does of a query. No reference can
// stand in one: the advice is another place, or somebody else who sends it.
func (c *checker) checkSecretPath(path, written, copied, advice string) {
	if !c.sound(path) {
		return
	}
	plain, err := url.PathUnescape(written)
	if err != nil {
		return
	}
	if secretPath.MatchString(plain) || slices.ContainsFunc(strings.Split(plain, "/"), isSecretValue) {
		c.warn("secret-in-spec", path, "its path seems to hold a secret, and the spec is committed and copied into the "+copied,
			"if the API takes it in a header or a parameter too, name where it is kept in upstream.credentials; else "+advice)
	}
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

func isSecretParameter(name string) bool {
	name = strings.ReplaceAll(unescaped(name), "_", "-")
	return slices.ContainsFunc([]string{strings.ToLower(name), kebab(name)}, func(spelt string) bool {
		return isSecretName(spelt) || slices.Contains(secretParameters, spelt)
	})
}
