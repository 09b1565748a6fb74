package s3

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// read takes the body in, and verifies whatever checksums came with it.
func (c *call) read() *Refusal {
	body, err := io.ReadAll(c.r.Body)
	if err != nil {
		return &Refusal{http.StatusBadRequest, "IncompleteBody", err.Error()}
	}
	header := textproto.MIMEHeader(c.r.Header)
	if strings.Contains(header.Get("Content-Encoding"), "aws-chunked") {
		var trailer textproto.MIMEHeader
		if body, trailer, err = unchunk(body); err != nil {
			return &Refusal{http.StatusBadRequest, "IncompleteBody", err.Error()}
		}
		if want := header.Get("X-Amz-Decoded-Content-Length"); want != strconv.Itoa(len(body)) {
			return &Refusal{http.StatusBadRequest, "IncompleteBody", "decoded " + strconv.Itoa(len(body)) + " bytes of " + want}
		}
		for name, values := range trailer {
			header[name] = values
		}
	}
	c.body, c.sha256 = body, header.Get("X-Amz-Checksum-Sha256")
	return verify(header, body)
}

// verify checks the body against each checksum of the header.
func verify(header textproto.MIMEHeader, body []byte) *Refusal {
	sha, md := sha256.Sum256(body), md5.Sum(body)
	crc := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body))
	for name, sum := range map[string][]byte{
		"X-Amz-Checksum-Sha256": sha[:], "X-Amz-Checksum-Crc32": crc, "Content-Md5": md[:],
	} {
		if want := header.Get(name); want != "" && want != base64.StdEncoding.EncodeToString(sum) {
			return &Refusal{http.StatusBadRequest, "BadDigest", "The " + name + " you specified did not match the calculated checksum."}
		}
	}
	return nil
}

// unchunk takes an aws-chunked body apart: chunks of "size[;signature]", then a
// trailer with the checksum (S3 API Reference, "Using trailing checksums").
func unchunk(raw []byte) (body []byte, trailer textproto.MIMEHeader, err error) {
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(raw)))
	for {
		line, err := r.ReadLine()
		if err != nil {
			return nil, nil, fmt.Errorf("the size of a chunk: %w", err)
		}
		digits, _, _ := strings.Cut(line, ";")
		size, err := strconv.ParseUint(digits, 16, 31)
		if err != nil {
			return nil, nil, err
		}
		if size == 0 {
			break
		}
		chunk := make([]byte, size+2)
		if _, err := io.ReadFull(r.R, chunk); err != nil {
			return nil, nil, fmt.Errorf("a chunk: %w", err)
		}
		body = append(body, chunk[:size]...)
	}
	trailer, err = r.ReadMIMEHeader()
	if errors.Is(err, io.EOF) {
		err = nil // nothing, not even an empty line, need follow
	}
	return body, trailer, err
}
