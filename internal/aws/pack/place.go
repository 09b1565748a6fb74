package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// file is the new content of a path.
type file struct {
	path    string
	content []byte
}

// place writes the zips that have changed.
func place(dir string, zips [][]byte) ([]Artifact, error) {
	var artifacts []Artifact
	var changed []file
	for i, name := range lambdas {
		a := artifact(name, dir, zips[i])
		if a.Changed {
			changed = append(changed, file{a.File, zips[i]})
		}
		artifacts = append(artifacts, a)
	}
	if len(changed) > 0 {
		if err := replace(dir, changed); err != nil {
			return nil, fmt.Errorf("writing the zips: %w", err)
		}
	}
	return artifacts, nil
}

func artifact(name, dir string, content []byte) Artifact {
	path := filepath.Join(dir, name+".zip")
	old, err := os.ReadFile(path)
	sum := sha256.Sum256(content)
	return Artifact{
		Lambda: name, File: path, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content)),
		Changed: err != nil || !bytes.Equal(old, content), // what cannot be read may still be replaced
	}
}

// replace writes all files to a folder beside their places first, so a full disk destroys
// none of the old ones.
func replace(dir string, files []file) (err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	staging, err := os.MkdirTemp(dir, ".sfngen-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(staging)) }()
	staged := func(f file) string { return filepath.Join(staging, filepath.Base(f.path)) }
	for _, f := range files {
		if err := os.WriteFile(staged(f), f.content, 0o666); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := os.Rename(staged(f), f.path); err != nil {
			return err
		}
	}
	return nil
}
