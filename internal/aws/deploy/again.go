package deploy

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sfngen/sfngen/internal/aws/deploy/drift"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// What CloudFormation does not see it sends again only when something of it differs
// from the last deployment: the key of a zip, a word of the definition. Both then
// stay as they are, so that the next deployment has nothing to do.

// key is where the zip is put: under the key that it was deployed with, or under a
// new one to be sent again.
func (d *Deployment) key(zip pack.Artifact, last string, again bool) string {
	switch {
	case !zip.HasKey(d.Folder.Name, last):
		return zip.Key(d.Folder.Name)
	case again:
		return zip.KeyAgain(d.Folder.Name, d.Now())
	}
	return last
}

var sentAgain = lazyregexp.New(regexp.QuoteMeta(asl.Signature) + ` Sent again [0-9]{8}T[0-9]{6}Z\.`)

// templateToSend is the folder's, but for the mark that makes CloudFormation send
// the definition again: now, or when the same template was deployed.
func (d *Deployment) templateToSend(template []byte, found drift.Found) ([]byte, error) {
	folder, last := string(template), d.deployed.Template
	switch same := sentAgain.ReplaceAllString(last, asl.Signature) == folder; {
	case found.Definition && !strings.Contains(folder, asl.Signature):
		return nil, fmt.Errorf("--revert-drift cannot bring back the definition of the workflow: template.yaml has no comment %q; build the stack again", asl.Signature)
	case found.Definition:
		return []byte(strings.Replace(folder, asl.Signature, asl.Signature+" Sent again "+d.Now().UTC().Format(moment)+".", 1)), nil
	case same:
		return []byte(last), nil
	}
	return template, nil
}
