package pack_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/aws/pack"
)

func sizeAndHash(t *testing.T, a pack.Artifact) {
	t.Helper()
	content := read(t, a.File)
	sum := sha256.Sum256([]byte(content))
	if a.Size != int64(len(content)) || a.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("artifact %+v of %d bytes with the hash %x", a, len(content), sum)
	}
}

func modified(t *testing.T, artifacts []pack.Artifact) (times []time.Time) {
	t.Helper()
	for _, a := range artifacts {
		status, err := os.Stat(a.File)
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, status.ModTime())
	}
	return times
}

func TestZipsThatCannotBeWritten(t *testing.T) {
	for _, test := range []struct {
		name   string
		inWay  []string // a file below the stack's folder
		want   string
		inDist []string
	}{
		{"a file is where dist should be", []string{"dist"}, "writing the zips: mkdir DIR/dist: not a directory", nil},
		{"a folder is where a zip should be", []string{"dist", "egress.zip", "mine"}, "writing the zips: rename " +
			"DIR/dist/.sfngen-*/egress.zip DIR/dist/egress.zip: file exists", []string{"egress.zip"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := small(t)
			write(t, "mine", append([]string{dir}, test.inWay...)...)
			_, err := pack.Stack(t.Context(), pack.Options{Dir: dir, Architecture: architecture()})
			if err == nil {
				t.Fatal("no error")
			}
			text := regexp.MustCompile(`\.sfngen-\d+`).ReplaceAllString(strings.ReplaceAll(err.Error(), dir, "DIR"), ".sfngen-*")
			same(t, "error", test.want, text)
			if test.inDist != nil {
				same(t, "in dist", test.inDist, list(t, filepath.Join(dir, "dist")))
			}
			same(t, "what was in the way", "mine", read(t, filepath.Join(append([]string{dir}, test.inWay...)...)))
		})
	}
}
