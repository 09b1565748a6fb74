package pack

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/sfngen/sfngen/internal/gen/gobuild"
)

const (
	// unzippedLimit is the limit of all files of a function, in bytes: 250 MB, as Lambda
	// counts them (developer guide, "Lambda quotas"). A zip from S3 has no own limit.
	unzippedLimit = 250 << 20
	// entryName is at the root, and executable.
	entryName = gobuild.Program
	entryMode = 0o755
	// entryDate is the first day that a zip can hold, 1980-01-01: day 1 in bits
	// 0-4, month 1 in bits 5-8, years since 1980 above (APPNOTE.TXT 4.4.6).
	entryDate = 1<<5 | 1
)

// archive is a zip with the program as its only entry.
func archive(program string) ([]byte, error) {
	file, err := os.Open(program)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err := fits(file); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	entry, err := w.CreateHeader(header())
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(entry, file); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

func fits(program *os.File) error {
	status, err := program.Stat()
	if err != nil {
		return err
	}
	if status.Size() >= unzippedLimit {
		return fmt.Errorf("the program has %d bytes, and Lambda accepts less than %d (250 MB unzipped): remove from the stack's code what "+
			"makes it large",
			status.Size(), unzippedLimit)
	}
	return nil
}

// header has nothing that depends on the machine.
func header() *zip.FileHeader {
	h := &zip.FileHeader{Name: entryName, Method: zip.Deflate}
	h.SetMode(entryMode)
	//lint:ignore SA1019 Modified would add an extra field, which not every reader knows.
	h.ModifiedDate = entryDate
	return h
}
