// Package findings prints findings: as text for a person, as JSON for a program,
// and as workflow commands for GitHub's annotations.
//
//	findings.Text(os.Stderr, list, findings.Style{Source: true, Paint: true})
//
// gives
//
//	spec.yaml:14:16: error: retry.maxAttempts: must be between 1 and 50, got 0 [retry-max-attempts]
//	 14 |   maxAttempts: 0
//	    |                ^
package findings

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/spec"
)

// JSON writes the findings as one indented array, [] for none. The fields are
// those of spec.Finding; a warning that the spec ignores has "ignored". Each has a
// "link" to its rule in docs/rules.md.
func JSON(w io.Writer, findings []spec.Finding) error {
	list := []linked{}
	for _, f := range findings {
		list = append(list, linked{f, f.Link()})
	}
	return printable.JSON(w, list)
}

type linked struct {
	spec.Finding
	Page string `json:"link"`
}

// GitHub writes each finding as a workflow command (GitHub Docs, "Workflow
// commands for GitHub Actions"), which a run shows at the line it is about. Those that
// the spec ignores are left out. An annotation is seen alone, so each says where there is
// more about it.
func GitHub(w io.Writer, findings []spec.Finding) error {
	for _, f := range spec.Open(findings) {
		place := ""
		if f.Position.Line > 0 {
			place = fmt.Sprintf(",line=%d,col=%d", f.Position.Line, f.Position.Column)
		}
		_, err := fmt.Fprintf(w, "::%s file=%s%s,title=%s::%s\n",
			f.Severity, property.Replace(f.File), place, property.Replace(f.Rule), message.Replace(body(f)+"\n"+More(f)))
		if err != nil {
			return err
		}
	}
	return nil
}

// More says where there is more about these findings: once for all of them.
func More(findings ...spec.Finding) string {
	rule := "RULE"
	if !slices.ContainsFunc(findings, func(f spec.Finding) bool { return f.Rule != findings[0].Rule }) {
		rule = findings[0].Rule
	}
	return fmt.Sprintf("'sfngen explain %s' says why, with an example", rule)
}

// The runner unescapes these and nothing else; in a property a colon or comma
// would end it.
var (
	message  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// body is the finding without its place and rule, which the command carries.
func body(f spec.Finding) string {
	text := f.Sentence()
	if f.Hint != "" {
		text += "; " + f.Hint
	}
	return text
}
