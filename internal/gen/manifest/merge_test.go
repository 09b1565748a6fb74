package manifest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/manifest"
)

// What git leaves where two branches have built a stack, in both of its styles.
func TestManifestOfAMerge(t *testing.T) {
	const runtime = "0123456789abcdef"
	tests := map[string]struct {
		text string
		want manifest.Manifest
		err  error
	}{
		"another release on each side": {`{
<<<<<<< HEAD
  "sfngen": "v0.10.0",
  "format": 3,
=======
  "sfngen": "v0.9.0",
  "format": 2,
>>>>>>> upgrade
  "contract": 2,
  "files": {"a": "1"}}
`, manifest.Manifest{Version: manifest.Version{Release: "v0.10.0", Layout: 3, Contract: 2}, Files: manifest.Hashes{"a": "1"}},
			manifest.ErrMerge},
		"the newer one on the other side, with what was before": {`{"format": 3, "contract": 1,
<<<<<<< HEAD
"sfngen": "v0.9.0", "files": {
"a": "1",
"b": "1"
||||||| base
"files": {
"a": "0"
=======
"sfngen": "v0.10.0-rc.1", "runtime": "` + runtime + `", "files": {
"a": "2"
>>>>>>> 1a2b3c4 (upgrade)
}}
`, manifest.Manifest{Version: manifest.Version{Release: "v0.10.0-rc.1", Layout: 3, Contract: 1}, Runtime: runtime,
			Files: manifest.Hashes{"a": "2", "b": "1"}}, manifest.ErrMerge},
		"a runtime that git takes for a renamed one": {`{"format": 3,
<<<<<<<< HEAD:stacks/_runtime/a/sfngen.manifest.json
"contract": 2}
========
"contract": 1}
>>>>>>>> upgrade:stacks/_runtime/b/sfngen.manifest.json
`, manifest.Manifest{Version: manifest.Version{Layout: 3, Contract: 2}}, manifest.ErrMerge},
		"a newer layout on one side": {"<<<<<<< a\n{\"format\": 3}\n=======\n{\"format\": 99, \"contract\": 2}\n>>>>>>> b\n",
			manifest.Manifest{Version: manifest.Version{Layout: 99, Contract: 2}}, manifest.ErrNewer},
		"a path that leads out": {"<<<<<<< a\n{\"format\": 3, \"files\": {\"../x\": \"1\"}}\n=======\n{\"format\": 3}\n>>>>>>> b\n",
			manifest.Manifest{}, errors.New("is not a path inside the stack")},
		"marks in something else": {"<<<<<<< a\n{\n=======\n}\n>>>>>>> b\n", manifest.Manifest{},
			errors.New("not readable as sfngen's manifest")},
		"no marks": {"{", manifest.Manifest{}, errors.New("not readable as sfngen's manifest")},
	}
	for name, test := range tests {
		for _, end := range []string{"\n", "\r\n"} {
			got, err := manifest.Parse("stacks/a", []byte(strings.ReplaceAll(test.text, "\n", end)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			if !errors.Is(err, test.err) && (err == nil || !strings.Contains(err.Error(), test.err.Error())) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
