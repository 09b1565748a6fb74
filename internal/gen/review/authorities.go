package review

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"slices"
	"strconv"
	"time"

	"github.com/sfngen/sfngen/internal/gen/gobuild"
)

// caBundleField is the file of the authorities, and authoritiesField what is in it: the
// file may be another under the same name.
const (
	caBundleField    = "upstream.credentials.caBundle"
	authoritiesField = "authorities of " + caBundleField
)

// bundleOf is the text of the authorities that is compiled into an egress; "" for none.
func bundleOf(s side) string {
	_, rest, found := bytes.Cut(s[gobuild.Folder(gobuild.Egress)+"/main.go"], []byte("\n\t\tCABundle:"))
	quoted, err := strconv.QuotedPrefix(string(bytes.TrimLeft(rest, " ")))
	if !found || err != nil {
		return ""
	}
	text, _ := strconv.Unquote(quoted) // what QuotedPrefix gives can be unquoted
	return text
}

// authoritiesOf are the certificates of a bundle, each by its name, end and hash.
func authoritiesOf(bundle string) []string {
	var list []string
	for block, rest := pem.Decode([]byte(bundle)); block != nil; block, rest = pem.Decode(rest) {
		words := "a certificate that cannot be read"
		if certificate, err := x509.ParseCertificate(block.Bytes); err == nil {
			words = certificate.Subject.String() + " until " + certificate.NotAfter.UTC().Format(time.DateOnly)
		}
		hash := sha256.Sum256(block.Bytes)
		list = append(list, words+" (sha256 "+hex.EncodeToString(hash[:8])+")")
	}
	return list
}

// compareAuthorities says who may speak for the API from now on, and who no more.
func (r *Review) compareAuthorities(old, current parsed) {
	if !old.hasRecord() || old.bundle == current.bundle {
		return
	}
	before, after := authoritiesOf(old.bundle), authoritiesOf(current.bundle)
	f := Field{Name: authoritiesField, Added: beyond(after, before), Removed: beyond(before, after)}
	if len(f.Added)+len(f.Removed) > 0 {
		r.Fields = append(r.Fields, f)
		return
	}
	r.Notes = append(r.Notes, "the text of "+caBundleField+" is another, and its authorities are the same")
}

// authorityDangers: what an authority has signed is the API for an egress, and gets what
// the egress shows it.
func authorityDangers(f Field) []Danger {
	if f.Name == caBundleField {
		return when(f.To == "", KindExposed, "every public authority may speak for the API (no "+caBundleField+" any more)")
	}
	return when(len(f.Added) > 0, KindExposed, shortened(slices.Clone(f.Added))+" may speak for the API ("+caBundleField+")")
}
