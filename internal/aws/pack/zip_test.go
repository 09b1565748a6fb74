package pack

import (
	"os"
	"path/filepath"
	"testing"
)

// The largest program has one byte less than the limit. Nothing of these files is
// on a disk.
func TestLimit(t *testing.T) {
	for _, test := range []struct {
		name string
		size int64
		want string
	}{
		{"below", 250<<20 - 1, ""},
		{"at it", 250 << 20, "the program has 262144000 bytes, and Lambda accepts less than 262144000 (250 MB unzipped): remove from the " +
			"stack's code what makes it large"},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "bootstrap")
			file, err := os.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if err := file.Truncate(test.size); err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := fits(file); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("error %q, want %q", got, test.want)
			}
			if test.want == "" {
				return
			}
			if _, err := archive(name); err == nil || err.Error() != test.want {
				t.Errorf("archive: error %v, want %q", err, test.want)
			}
		})
	}
}
