package stack

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
	"github.com/sfngen/sfngen/runtime/orchestrator"
)

// openerSource is the function that opens the table; there is one.
func openerSource(open coordination.Opener) string {
	if open == nil {
		return ""
	}
	return "dynamodb.Open"
}

// coordinationSource writes what an orchestrator has to know to choose. The last line has
// the indent.
func coordinationSource(c *orchestrator.Coordination, indent string) string {
	if c == nil {
		return ""
	}
	jitter := ""
	if c.Jitter > 0 {
		jitter = goSource(c.Jitter)
	}
	return "&" + composite("orchestrator.Coordination", written([]pair{
		{"Open", openerSource(c.Open)},
		{"Egresses", strconv.Itoa(c.Egresses)},
		{"Limits", limitsSource(c.Limits, indent+"\t")},
		{"OwnCredentials", goSource(c.OwnCredentials)},
		{"InOrder", goSource(c.InOrder)},
		{"MaxWait", goSource(c.MaxWait)},
		{"AttemptLimit", goSource(c.AttemptLimit)},
		{"Jitter", jitter},
	}), indent)
}

// limitsSource has a limit on each line.
func limitsSource(limits []contract.Limit, indent string) string {
	if len(limits) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("[]contract.Limit{\n")
	for _, l := range limits {
		fmt.Fprintf(&b, "%s\t{Requests: %d, WindowSeconds: %d, Per: %q", indent, l.Requests, l.WindowSeconds, l.Per)
		if l.Burst > 0 {
			fmt.Fprintf(&b, ", Burst: %d", l.Burst)
		}
		b.WriteString("},\n")
	}
	return b.String() + indent + "}"
}
