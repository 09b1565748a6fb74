package deploy

import (
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// withoutKeptLogs takes out the log groups that the template lets outlive the stack.
func (d *Destruction) withoutKeptLogs(list []changes.Change) (rest []changes.Change, kept []string) {
	for _, c := range list {
		if slices.Contains(d.machine.Operations.KeptLogs, c.Resource) {
			kept = append(kept, c.Resource)
		} else {
			rest = append(rest, c)
		}
	}
	slices.Sort(kept)
	return rest, kept
}

// sayKeptLogs names what stays and costs, and the command that shows it.
func (d *Destruction) sayKeptLogs(kept []string) {
	if len(kept) == 0 {
		return
	}
	d.say("%s stay%s with their logs, and cost by the gigabyte until their retention has emptied them (operations.retainLogs): %s",
		count.Of(len(kept), "log group"), count.Verb(len(kept), "s", ""), printable.Cut(strings.Join(kept, ", "), 200))
	d.say("a later deployment of %s takes them in again; %s shows them, delete-log-group deletes one", printable.Line(d.machine.Name),
		cited("aws logs describe-log-groups --log-group-name-prefix "+shell.Quote("/aws/lambda/"+d.machine.Name+"-")+d.place()))
}
