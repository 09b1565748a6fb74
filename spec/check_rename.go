package spec

import (
	"fmt"
	"slices"
	"strings"
)

const renamePath = "upstream.renameHeaders"

// checkRename checks which of a caller's headers go out under another name. Each of them
// goes out once, and each name has one sender.
func (c *checker) checkRename() {
	targets := map[string]string{} // the names that are written, by what they become
	for _, written := range c.keysOf(renamePath) {
		at := keyPath(renamePath, written)
		if !c.sound(at) {
			continue
		}
		name := strings.ToLower(written)
		to := c.spec.Upstream.RenameHeaders[name]
		if c.checkOwnHeader(at, name) || c.checkOwnHeader(at, to) {
			continue
		}
		if problem, hint := c.renameProblem(name, to, targets[to]); problem != "" {
			c.fail("rename-conflict", at, problem, hint)
			continue
		}
		targets[to] = written
	}
	c.checkTriggersOfRenamed()
}

// renameProblem says why a header of the caller cannot go out as another, "" if it can.
// first is the one that goes out so already, "" for none.
func (c *checker) renameProblem(name, to, first string) (problem, hint string) {
	upstream := c.spec.Upstream
	renames := upstream.RenameHeaders
	switch {
	case name == to:
		return "is its own new name", "write it into upstream.forwardHeaders, which lets it pass as it is"
	case c.isSigned() && slices.Contains(signingHeaders, name):
		return "is of the caller's AWS signature for the function URL (triggers.functionUrl.auth: iam)",
			fmt.Sprintf("name the header that callers send before what it becomes, as in {%s: %s}", nameBeside(name), name)
	case has(upstream.Headers, to):
		return "goes out as " + to + ", which upstream.headers sets in every call", "remove it there, or here"
	case has(renames, to):
		return "goes out as " + to + ", which is renamed itself, and a header is renamed once", "write one of them"
	case first != "":
		return fmt.Sprintf("goes out as %s, and so does %s", to, first), "write one of them"
	case name == c.spec.Retry.Idempotency.Header:
		return "is retry.idempotency.header, which passes under its own name", "write retry.idempotency.header: " + to
	case c.has("upstream.forwardHeaders") && slices.Contains(upstream.ForwardHeaders, name):
		return "is in upstream.forwardHeaders too, which would let it pass under its own name", "take it out of upstream.forwardHeaders"
	}
	return "", ""
}

func has(m map[string]string, key string) bool {
	_, ok := m[key]
	return ok
}

// checkTriggersOfRenamed refuses a trigger's header under the name that callers use: a
// schedule or an event writes the API's own name.
func (c *checker) checkTriggersOfRenamed() {
	if !c.sound(renamePath) {
		return
	}
	for i := range c.spec.Triggers.Schedules {
		c.rejectCallersName(itemPath("triggers.schedules", i) + ".request.headers")
	}
	for i := range c.spec.Triggers.Events {
		c.rejectCallersName(itemPath("triggers.events", i) + ".request.headers")
	}
}

func (c *checker) rejectCallersName(path string) {
	for _, name := range c.keysOf(path) {
		at := keyPath(path, name)
		if to := c.spec.Upstream.RenameHeaders[strings.ToLower(name)]; to != "" && c.sound(at) {
			c.fail("rename-conflict", at, "is the name by which callers send "+to+" (upstream.renameHeaders); what a trigger sends is not renamed",
				"write "+to)
		}
	}
}

// nameBeside is a name under which callers can send what goes out as another.
func nameBeside(name string) string { return "x-upstream-" + strings.TrimPrefix(name, "x-") }

// renaming is the line that lets callers send a header under a name beside it.
func renaming(name string) string {
	return fmt.Sprintf("upstream.renameHeaders: {%s: %s}", nameBeside(name), name)
}
