package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/revision"
	"github.com/sfngen/sfngen/internal/local/secrets"
)

const gitignore = ".gitignore"

// ignoreSecrets adds the file of values to .gitignore, whose other lines stay as they are.
// It reports whether it had to.
func ignoreSecrets(ctx context.Context) (added bool, err error) {
	if revision.StandingOf(ctx, secrets.FileName) == revision.Ignored {
		return false, nil
	}
	text, err := os.ReadFile(gitignore)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	lines := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	if slices.Contains(lines, secrets.FileName) {
		return false, nil
	}
	end := "\n"
	if strings.Contains(string(text), "\r\n") {
		end = "\r\n"
	}
	line := secrets.FileName + end
	if len(text) > 0 && !strings.HasSuffix(string(text), "\n") {
		line = end + line
	}
	file, err := os.OpenFile(gitignore, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return false, err
	}
	_, err = file.WriteString(line)
	return true, errors.Join(err, file.Close())
}
