package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/docs"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/findings"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/internal/term/table"
	"github.com/sfngen/sfngen/internal/term/wrap"
	"github.com/sfngen/sfngen/spec"
)

func explainCommand() *cobra.Command {
	var form format
	c := &cobra.Command{
		Use:   "explain [RULE]",
		Short: "Say why a finding is one, with a spec that breaks its rule and the same spec mended",
		Long: `Say what a rule is for: the rule, the reason, a small spec that breaks it, what
sfngen says of that, and the same spec mended. RULE is the word in brackets at
the end of a finding. Without RULE, list all rules.`,
		Example: `  sfngen explain attempts-wrap
  sfngen explain`,
		Args: atMostOne("RULE"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listRules(c.OutOrStdout(), form)
			}
			return explainRule(c.OutOrStdout(), form, strings.Trim(args[0], "[]"))
		},
	}
	form.add(c, "the rules", formatText, formatJSON)
	return c
}

// ruleNames offers the rules, with what each says.
func ruleNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, r := range docs.Rules() {
		names = append(names, r.Name+"\t"+plainText(r.Words))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func listRules(w io.Writer, form format) error {
	if form.isJSON() {
		return printable.JSON(screen.Verbatim(w), docs.Rules())
	}
	_, err := io.WriteString(screen.LaidOut(w), ruleList(screen.Columns(w), screen.Painter(w)))
	return err
}

// ruleList has a table for each group of rules, for a terminal of so many columns.
func ruleList(columns int, paint color.Painter) string {
	var groups []table.Table
	for _, r := range docs.Rules() {
		if n := len(groups); n == 0 || groups[n-1].Head[0] != r.Group {
			groups = append(groups, table.Table{Head: []string{r.Group, "", ""}})
		}
		last := &groups[len(groups)-1]
		last.Rows = append(last.Rows, []string{r.Name, r.Severity, inList(r)})
	}
	var parts []string
	for _, group := range groups {
		parts = append(parts, group.Text(columns, paint))
	}
	return strings.Join(parts, "\n")
}

// inList is the rule in the list: of a field what it takes, since the name says which it is.
func inList(r docs.Rule) string {
	if _, takes, ok := strings.Cut(r.Words, " is "); ok && r.Group == docs.FieldGroup {
		return takes
	}
	return plainText(r.Words)
}

func explainRule(w io.Writer, form format, name string) error {
	rules := docs.Rules()
	i := slices.IndexFunc(rules, func(r docs.Rule) bool { return r.Name == name })
	if i < 0 {
		if meant := spec.NearestRule(name); meant != "" {
			return fmt.Errorf("there is no rule %q; did you mean %s?", name, meant)
		}
		return fmt.Errorf("there is no rule %q; 'sfngen explain' lists them all", name)
	}
	says(&rules[i])
	if form.isJSON() {
		return printable.JSON(screen.Verbatim(w), rules[i])
	}
	_, err := io.WriteString(screen.LaidOut(w), explanation(rules[i], screen.Columns(w), screen.Painter(w)))
	return err
}

// says fills in what sfngen says of the spec that breaks the rule of a field.
func says(r *docs.Rule) {
	if r.Says != "" {
		return
	}
	_, found := stack.LoadAll([]stack.Source{{Name: "spec.yaml", Text: []byte(r.Breaks)}})
	var text strings.Builder
	_ = findings.Text(&text, found, findings.Style{}) // to memory
	r.Says = text.String()
}

// explanation is what a terminal of so many columns shows of a rule. The specs stand as
// they are, so that they can be copied.
func explanation(r docs.Rule, columns int, paint color.Painter) string {
	var text strings.Builder
	shade := map[string]color.Color{"error": color.Red, "warning": color.Yellow}[r.Severity]
	heading := paint.Paint(color.Bold, r.Name) + ": " + paint.Paint(shade, r.Severity) + ": " + plainText(r.Words)
	text.WriteString(strings.Join(wrap.Line(heading, columns), "\n") + "\n\n" + wrap.Prose(plainText(r.Why)+"\n", columns))
	part := func(title, body string) {
		text.WriteString("\n" + strings.Join(wrap.Line(paint.Paint(color.Bold, title), columns), "\n") + "\n\n" + body)
	}
	part("This breaks it"+inForm[r.Form]+":", indented(r.Breaks, 0))
	part("sfngen says:", indented(r.Says, columns))
	if r.Mended != "" {
		part("Mended:", indented(r.Mended, 0))
	}
	if spec.CanBeIgnored(r.Name) {
		part("Where the spec is right as it is:", "  # sfngen:ignore "+r.Name+" REASON\n")
	}
	return text.String() + "\n" + r.Link + "\n"
}

// inForm says what a text stands for that is no spec as it is written.
var inForm = map[string]string{
	docs.FormEscaped:  ` (\x… is that byte)`,
	docs.FormRepeated: " (@400 is 400 such lines, # their number)",
	docs.FormSecond:   " in each of two files",
	docs.FormAWS:      " (what AWS answers)",
}

func indented(text string, columns int) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		for _, part := range wrap.Line("  "+strings.TrimSuffix(line, "\n"), columns) {
			out.WriteString(strings.TrimRight(part, " ") + "\n")
		}
	}
	return out.String()
}

var (
	linked = lazyregexp.New(`\[([^\]\n]*)\]\([^)\n]*\)`)
	marked = strings.NewReplacer("`", "", "**", "")
)

// plainText is Markdown without its marks.
func plainText(text string) string {
	return marked.Replace(linked.ReplaceAllString(text, "$1"))
}
