package revision

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// IgnoreFile is where git reads what it ignores.
const IgnoreFile = ".gitignore"

// Ignore adds a name of files to the IgnoreFile of the working directory, whose other lines
// stay as they are, unless git ignores it already. It reports whether it had to.
func Ignore(ctx context.Context, name string) (added bool, err error) {
	if StandingOf(ctx, name) == Ignored {
		return false, nil
	}
	text, err := os.ReadFile(IgnoreFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	lines := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	if slices.Contains(lines, name) {
		return false, nil
	}
	end := "\n"
	if strings.Contains(string(text), "\r\n") {
		end = "\r\n"
	}
	line := name + end
	if len(text) > 0 && !strings.HasSuffix(string(text), "\n") {
		line = end + line
	}
	file, err := os.OpenFile(IgnoreFile, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return false, err
	}
	_, err = file.WriteString(line)
	return true, errors.Join(err, file.Close())
}
