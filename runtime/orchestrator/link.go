package orchestrator

import "strings"

// link rewrites the targets and anchors of a Link field (RFC 8288 3) and keeps every
// other byte. From where it is no list of links on, it passes as it came.
func (u requestURL) link(field string) string {
	var out strings.Builder
	for rest := field; ; {
		start := len(rest) - len(strings.TrimLeft(rest, " \t,"))
		out.WriteString(rest[:start])
		rest = rest[start:]
		end := strings.IndexByte(rest, '>')
		if !strings.HasPrefix(rest, "<") || end < 0 {
			out.WriteString(rest)
			return out.String()
		}
		out.WriteString("<" + u.rewrite(rest[1:end]) + ">")
		rest = rest[end+1:]
		end = indexUnquoted(rest, ',')
		parameters := splitQuoted(rest[:end], ';')
		for i, parameter := range parameters {
			parameters[i] = u.anchor(parameter)
		}
		out.WriteString(strings.Join(parameters, ";"))
		rest = rest[end:]
	}
}

var (
	unquote = strings.NewReplacer(`\\`, `\`, `\`, "")
	quote   = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
)

// anchor rewrites the parameter that names another context than the request's URL
// (RFC 8288 3.2), quoted or not, and gives any other back.
func (u requestURL) anchor(parameter string) string {
	name, value, _ := strings.Cut(parameter, "=")
	text := strings.Trim(value, " \t")
	if !strings.EqualFold(strings.Trim(name, " \t"), "anchor") || text == "" {
		return parameter
	}
	quoted := len(text) > 1 && text[0] == '"' && text[len(text)-1] == '"'
	was := text
	if quoted {
		was = unquote.Replace(text[1 : len(text)-1])
	}
	now := u.rewrite(was)
	switch {
	case now == was:
		return parameter
	case quoted:
		now = `"` + quote.Replace(now) + `"`
	}
	return name + "=" + strings.Replace(value, text, now, 1)
}
