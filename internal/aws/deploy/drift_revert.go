package deploy

import (
	"regexp"
	"strings"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/drift"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// Drift that CloudFormation does not see it reverts only when something differs from
// the last deployment: the key of a zip, or a word of the definition. Both then keep
// the difference, so the next deployment has nothing to do.

// key is where the zip is uploaded: the key with which it was deployed, or a new one to
// deploy it again.
func (d *Deployment) key(zip pack.Artifact, last string, again bool) string {
	switch {
	case !zip.HasKey(d.Folder.Name, last):
		return zip.Key(d.Folder.Name)
	case again:
		return zip.KeyAgain(d.Folder.Name, d.Now())
	}
	return last
}

const sentAgain = " Sent again "

var sentAgainMark = lazyregexp.New(regexp.QuoteMeta(asl.Signature+sentAgain) + pack.StampPattern + `\.`)

// templateToSend is the folder's, except for the mark that makes CloudFormation deploy
// the definition again: now, or when the same template was deployed.
func (d *Deployment) templateToSend(template []byte, found drift.Found) ([]byte, error) {
	folder, last := string(template), d.deployed.Template
	switch same := sentAgainMark.ReplaceAllString(last, asl.Signature) == folder; {
	case found.Definition && !strings.Contains(folder, asl.Signature):
		return nil, &Error{Kind: drifted, Stack: d.Name, Message: cloud.Message{
			What: "--revert-drift cannot restore the definition of the workflow",
			Why:  `template.yaml has no comment "` + asl.Signature + `"`, Do: "build the stack again",
		}}
	case found.Definition:
		return []byte(strings.Replace(folder, asl.Signature, asl.Signature+sentAgain+pack.Stamp(d.Now())+".", 1)), nil
	case same:
		return []byte(last), nil
	}
	return template, nil
}
