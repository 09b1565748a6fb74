package spec

import (
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// textForm is where a text stands, which decides what in it can only be a
// placeholder of another system.
type textForm int

const (
	inBody textForm = iota
	inHeader
	inPath
	inQuery
)

// anywhere are placeholders wherever they stand; a text may hold CSS, GraphQL, JSON
// and the words of a template language without its braces.
var anywhere = lazyregexp.New(strings.Join([]string{
	`\{\s*\$\$?[.\[][^{}]*\}`, // {$.detail.id}
	`<\$\$?[.\[][^<>]*>`,      // <$.detail.id>
	`<aws\.events\.[^<>]*>`,   // EventBridge's own: <aws.events.event.json>
	`\$\{[^{}]*\}`,            // ${VAR}: shells, Terraform, CloudFormation
	`\$\{\{[^{}]*\}\}`,        // ${{ secrets.KEY }}: GitHub Actions
	`\$\([A-Z][A-Z0-9_]+\)`,   // $(VAR): make, Azure Pipelines
	`#\{[A-Za-z_@$][\w.]*\}`,  // #{var}: Ruby, Spring, Octopus
	`<%[=-]?\s[^<>%]*%>`,      // <%= var %>: ERB, EJS
	`\{%-?\s[^{}]*%\}`,        // {% $states.input.id %}: JSONata in a state machine, Jinja, Liquid
	`\{\{[-~#/^>&{]?\s*[$@.]?[A-Za-z_][^{}:|]*(\|[^{}]*)?\}\}`, // {{var}}: Mustache, Jinja, Postman
}, "|"))

// A JSON path, also one of API Gateway or Step Functions ($context.requestId), and a
// shell's variable are placeholders if they are a whole value.
var (
	jsonPath      = lazyregexp.New(`^\$\$?(\.[A-Za-z_][A-Za-z0-9_-]*|\[[0-9*]+\]|\['[^']*'\])+$`)
	systemPath    = lazyregexp.New(`^\$(input|context|request|event|states|stageVariables|util)[.\[(]`)
	shellVariable = lazyregexp.New(`^\$[A-Z][A-Z0-9_]+$`)
)

// eventPath is a JSON path into an event or an execution. In a body only those count,
// since an API may take JSON paths of its own.
var eventPath = lazyregexp.New(`^\$(\.(` + strings.Join(eventFields, "|") +
	`)|states\.(input|context|result)|\$\.(Execution|State|StateMachine|Map|Task))([.\[].*)?$`)

// quoted are the texts in a body that is JSON itself.
var quoted = lazyregexp.New(`"[^"\\]*"`)

// windowsVariable is %VAR%. In a body only capitals count: %smith% is what one
// searches for.
var (
	windowsVariable       = lazyregexp.New(`%[A-Za-z_][A-Za-z0-9_]{2,}%`)
	windowsVariableInBody = lazyregexp.New(`%[A-Z_][A-Z0-9_]{2,}%`)
)

// uriVariable is {id} (RFC 6570 2.2).
var uriVariable = lazyregexp.New(`\{[+./;]?[A-Za-z_][A-Za-z0-9_.-]*\*?\}`)

// placeholderIn is the first placeholder of another system in a text, "" if it has
// none.
func placeholderIn(text string, form textForm) string {
	if found := anywhere.FindString(text); found != "" {
		return found
	}
	variable := windowsVariable
	if form == inBody {
		variable = windowsVariableInBody
	}
	if found := notEscaped(text, variable); found != "" {
		return found
	}
	if form == inPath {
		if found := uriVariable.FindString(text); found != "" {
			return found
		}
	}
	for _, value := range wholeValues(text, form) {
		if isWholePlaceholder(value, form) {
			return value
		}
	}
	return ""
}

// wholeValues are the parts of a text that a placeholder would replace as a whole.
func wholeValues(text string, form textForm) []string {
	switch form {
	case inPath:
		return strings.Split(text, "/")
	case inHeader:
		return append(strings.Fields(text), text)
	case inQuery:
		var values []string
		for pair := range strings.SplitSeq(text, "&") {
			_, value, _ := strings.Cut(pair, "=")
			values = append(values, value)
		}
		return values
	}
	values := []string{text}
	for _, value := range quoted.FindAllString(text, -1) {
		values = append(values, strings.Trim(value, `"`))
	}
	return values
}

func isWholePlaceholder(value string, form textForm) bool {
	if form == inBody {
		return eventPath.MatchString(value)
	}
	isVariable := form == inQuery && uriVariable.FindString(value) == value && value != ""
	return isVariable || jsonPath.MatchString(value) || systemPath.MatchString(value) || shellVariable.MatchString(value)
}

// notEscaped is the first %VAR% whose percent signs do not both begin an escape, as
// those of %E4BC%9A do.
func notEscaped(text string, variable *lazyregexp.Pattern) string {
	for _, at := range variable.FindAllStringIndex(text, -1) {
		if !beginsEscape(text[at[0]:]) || !beginsEscape(text[at[1]-1:]) {
			return text[at[0]:at[1]]
		}
	}
	return ""
}

var escape = lazyregexp.New(`^%[0-9A-Fa-f]{2}`)

func beginsEscape(text string) bool { return escape.MatchString(text) }
