package spec

import (
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// pastedKey is what a finding says of a key where its name belongs. It does not show it.
const pastedKey = "looks like the key itself, which may not stand in a spec"

// issued are keys as vendors give them out: by what they begin with, and as long as no
// name is.
var issued = lazyregexp.New(`^(Bearer |Basic )|^-----BEGIN|^(` + strings.Join([]string{
	`sk-[A-Za-z0-9_-]{16,}`, `[spr]k_(live|test)_[A-Za-z0-9]{8,}`, // OpenAI and its like, Stripe
	`gh[pousr]_[A-Za-z0-9]{20,}`, `github_pat_[A-Za-z0-9_]{20,}`, `glpat-[A-Za-z0-9_-]{16,}`, // GitHub, GitLab
	`xox[abprs]-[A-Za-z0-9-]{10,}`, `shp(at|ca|pa|ss)_[a-fA-F0-9]{16,}`, // Slack, Shopify
	`(AKIA|ASIA)[A-Z0-9]{16}`, `AIza[A-Za-z0-9_-]{30,}`, // AWS, Google
	`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`,                                      // JSON Web Tokens
	`SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`, `hf_[A-Za-z0-9]{20,}`, `ntn_[A-Za-z0-9]{20,}`, // SendGrid, Hugging Face, Notion
}, "|") + `)$`)

// looksLikeKey reports whether a text is a key as some vendor gives it out.
func looksLikeKey(text string) bool { return issued.MatchString(strings.TrimSpace(text)) }

// plainCredentialFields hold what may be shown, of those below upstream.credentials; in a
// reference so do secret, parameter, key and prefix.
var plainCredentialFields = lazyregexp.New(
	`^(oauth2\.(tokenUrl|clientId(\[\d+\])?|scopes(\[\d+\])?|audience|authStyle)|caBundle|kmsKey|ttl|.*\.(secret|parameter|key|prefix))$`)

// pasted are the texts of a spec that stand where a reference belongs: they may be keys,
// which nothing may show that is printed or kept in a log.
func pasted(root *node) []*node {
	var texts []*node
	for _, section := range credentialSections(root, rootShape()) {
		texts = append(texts, pastedIn(section, section.path)...)
	}
	return texts
}

// credentialSections are those of the spec and of its environments, and the values of
// words by which other systems name them, wherever the schema has no such key.
func credentialSections(n *node, at shape) []*node {
	var sections []*node
	for _, f := range n.fields {
		inner, known := at.field(f.name)
		if n.path == environmentsKey {
			inner = rootShape()
		}
		switch {
		case known && f.name == "credentials" && strings.HasSuffix(n.path, "upstream"), !known && meansCredential(f.name, n.path):
			sections = append(sections, f.value)
		default:
			sections = append(sections, credentialSections(f.value, inner)...)
		}
	}
	item, _ := at.item()
	for _, n := range n.items {
		sections = append(sections, credentialSections(n, item)...)
	}
	return sections
}

// meansCredential reports whether a key that no section has is some system's word for what
// upstream.credentials holds.
func meansCredential(key, section string) bool {
	word, foreign := foreignWord(key, section, nil)
	return foreign && strings.HasPrefix(word.target, credentialsPath)
}

func pastedIn(n *node, section string) []*node {
	var texts []*node
	if n.kind != isMapping && n.kind != isList && n.kind != isNothing {
		field := strings.TrimPrefix(strings.TrimPrefix(n.path, section), ".")
		if !plainCredentialFields.MatchString(field) || looksLikeKey(n.text) {
			texts = append(texts, n)
		}
	}
	for _, f := range n.fields {
		texts = append(texts, pastedIn(f.value, section)...)
	}
	for _, item := range n.items {
		texts = append(texts, pastedIn(item, section)...)
	}
	return texts
}

// withheld takes the pasted texts out of findings: of the line of the spec that is shown
// with it, and of its words.
func withheld(findings []Finding, root *node) []Finding {
	if len(findings) == 0 {
		return nil
	}
	texts := pasted(root)
	for i := range findings {
		f := &findings[i]
		for _, n := range texts {
			f.Message, f.Hint = withoutText(f.Message, n.text), withoutText(f.Hint, n.text)
			f.Source = withoutValue(f.Source, f.Position.Line, n)
		}
	}
	return findings
}

// withoutValue is a line of the spec without a text: its value may be written with escapes,
// so the line ends where it begins.
func withoutValue(line string, number int, n *node) string {
	if runes := []rune(line); n.begin.Line == number && n.begin.Column <= len(runes) {
		line = string(runes[:n.begin.Column-1]) + strings.Repeat("*", len(runes)-n.begin.Column+1)
	}
	for part := range strings.Lines(n.text) {
		part = strings.TrimSpace(part)
		line = strings.ReplaceAll(line, part, strings.Repeat("*", len([]rune(part))))
	}
	return line
}

// withoutText leaves words alone that a short text happens to be a part of: a finding
// quotes what it shows.
func withoutText(words, text string) string {
	const long = 12
	const hidden = "a text that is not shown here"
	words = strings.ReplaceAll(words, quoteShort(text), hidden)
	if before, isNumber := strings.CutSuffix(words, ", got "+text); isNumber {
		words = before + ", got " + hidden
	}
	if len(text) < long {
		return words
	}
	return strings.ReplaceAll(words, text, "…")
}
