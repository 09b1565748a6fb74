package deploy

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sfngen/sfngen/internal/asl"
	"github.com/sfngen/sfngen/internal/pack"
	"github.com/sfngen/sfngen/internal/pattern"
)

// What CloudFormation does not see it sends again only when something of it differs
// from the last deployment: the key of a zip, a word of the definition. Both then
// stay as they are, so that the next deployment has nothing to do.

// moment is how the time of a deployment is written into both.
const moment = "20060102T150405Z"

// key is where the zip is put: under the key that it was deployed with, or under a
// new one to be sent again.
func (d *Deployment) key(zip pack.Artifact, last string, again bool) string {
	plain := zip.Key(d.Folder.Name)
	switch {
	case !isKeyOf(plain, last):
		return plain
	case again:
		return strings.TrimSuffix(plain, ".zip") + "-" + d.Now().UTC().Format(moment) + ".zip"
	}
	return last
}

// isKeyOf reports whether a key is one of the same zip as plain, the one that pack
// makes.
func isKeyOf(plain, key string) bool {
	m := keyed.FindStringSubmatch(key)
	return m != nil && strings.Replace(key, m[2], "", 1) == plain
}

var sentAgain = pattern.New(regexp.QuoteMeta(asl.Signature) + ` Sent again [0-9]{8}T[0-9]{6}Z\.`)

// templateToSend is the folder's, but for the mark that makes CloudFormation send
// the definition again: now, or when the same template was deployed.
func (d *Deployment) templateToSend(template []byte, found drift) ([]byte, error) {
	folder, last := string(template), d.theirs.Template
	switch same := sentAgain.ReplaceAllString(last, asl.Signature) == folder; {
	case found.definition && !strings.Contains(folder, asl.Signature):
		return nil, fmt.Errorf("--revert-drift cannot bring back the definition of the workflow: template.yaml has no comment %q; build the stack again", asl.Signature)
	case found.definition:
		return []byte(strings.Replace(folder, asl.Signature, asl.Signature+" Sent again "+d.Now().UTC().Format(moment)+".", 1)), nil
	case same:
		return []byte(last), nil
	}
	return template, nil
}
