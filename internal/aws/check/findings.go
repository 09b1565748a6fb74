package check

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/spec"
)

const reportIt = "if that field is right, sfngen writes what AWS refuses: please report it"

// Findings are AWS's diagnostics, each at the field of the spec that causes it. What is
// the same for several attempts is reported once.
func Findings(file *spec.File, out *sfn.ValidateStateMachineDefinitionOutput) []spec.Finding {
	findings := diagnosed(file, out)
	return append(findings, file.UnusedIgnoresOfAWS(findings)...)
}

func diagnosed(file *spec.File, out *sfn.ValidateStateMachineDefinitionOutput) []spec.Finding {
	var findings []spec.Finding
	for _, g := range grouped(out.Diagnostics) {
		findings = append(findings, g.finding(file))
	}
	if out.Result == types.ValidateStateMachineDefinitionResultCodeFail && !spec.HasErrors(findings) {
		findings = append(findings, file.Error("aws-refuses", "name", "AWS refuses the state machine, and does not say why", reportIt))
	}
	if aws.ToBool(out.Truncated) {
		findings = append(findings, file.Warning("aws-says-more", "name",
			"AWS has found more in the state machine than the 100 things that it reports in one call", "fix these and check again"))
	}
	return findings
}

// group are diagnostics with the same text about the same field.
type group struct {
	severity             types.ValidateStateMachineDefinitionSeverity
	code, message, field string
	places               []string
}

func grouped(list []types.ValidateStateMachineDefinitionDiagnostic) []*group {
	var groups []*group
	known := map[[4]string]*group{}
	for _, d := range list {
		location := aws.ToString(d.Location)
		g := &group{severity: d.Severity, code: aws.ToString(d.Code), message: plainText(d.Message), field: field(location)}
		key := [4]string{string(g.severity), g.code, g.message, g.field}
		if known[key] == nil {
			known[key] = g
			groups = append(groups, g)
		}
		if location != "" {
			known[key].places = append(known[key].places, location)
		}
	}
	return groups
}

// plainText is one line, whatever AWS sends.
func plainText(message *string) string {
	return strings.TrimSuffix(strings.Join(strings.Fields(aws.ToString(message)), " "), ".")
}

func (g *group) finding(file *spec.File) spec.Finding {
	text := fmt.Sprintf("AWS says %s%s: %s", g.code, g.where(), g.message)
	if g.severity == types.ValidateStateMachineDefinitionSeverityWarning {
		return file.Warning("aws-warns", g.field, text, "")
	}
	return file.Error("aws-refuses", g.field, text, reportIt)
}

// where names the first place in the definition, and how many there are.
func (g *group) where() string {
	switch n := len(g.places) - 1; {
	case n < 0:
		return ""
	case n == 0:
		return " at " + g.places[0]
	case n == 1:
		return " at " + g.places[0] + " and 1 place more"
	default:
		return fmt.Sprintf(" at %s and %d places more", g.places[0], n)
	}
}
