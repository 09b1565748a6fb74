package deploy

import (
	"strings"

	"github.com/sfngen/sfngen/internal/term/shell"
)

// awsCommand is one of the AWS CLI's about a stack, to copy and paste.
func (s *Session) awsCommand(verb, stack string) string {
	return cited("aws cloudformation " + verb + " --stack-name " + shell.Quote(stack) + s.place())
}

// place is where a command of the AWS CLI has to look.
func (s *Session) place() string {
	text := " --region " + shell.Quote(s.Cloud.Region)
	if s.Profile != "" {
		text += " --profile " + shell.Quote(s.Profile)
	}
	return text
}

// sfngenCommand is one of sfngen's about a stack.
func (s *Session) sfngenCommand(verb, stack string) string {
	return cited("sfngen " + verb + " " + shell.Quote(stack) + s.Flags)
}

// deployCommand deploys this folder to this stack, with more arguments.
func (d *Deployment) deployCommand(more ...string) string {
	text := "sfngen deploy"
	for _, word := range append([]string{d.Folder.Dir}, more...) {
		text += " " + shell.Quote(word)
	}
	if d.Name != d.Folder.Name {
		text += " --stack-name " + shell.Quote(d.Name)
	}
	return text + d.Flags
}

// cited sets a command off from the sentence around it.
func cited(command string) string {
	if strings.Contains(command, "'") {
		return "`" + command + "`"
	}
	return "'" + command + "'"
}
