package s3_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws/s3"
)

// client asks over TLS, as only then the SDK sends checksums as trailers.
func client(t *testing.T, handler http.Handler) *sdk.Client {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	return sdk.New(sdk.Options{
		Region: "eu-central-1", BaseEndpoint: &server.URL, HTTPClient: server.Client(), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""), RetryMaxAttempts: 1,
	})
}

// TestTrailingChecksum uploads as the SDK does when it is not told how.
func TestTrailingChecksum(t *testing.T) {
	var encoding string
	fake := s3.New("123456789012")
	fake.Add("box", s3.Bucket{Owner: "123456789012", Region: "eu-central-1"})
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			encoding = r.Header.Get("Content-Encoding") + " " + r.Header.Get("X-Amz-Trailer")
		}
		fake.ServeHTTP(w, r)
	}))
	content := strings.Repeat("a long text ", 10_000)
	in := &sdk.PutObjectInput{Bucket: aws.String("box"), Key: aws.String("a/b.txt"), Body: strings.NewReader(content),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256}
	if _, err := c.PutObject(context.Background(), in); err != nil {
		t.Fatal(err)
	}
	if encoding != "aws-chunked x-amz-checksum-sha256" {
		t.Errorf("the SDK sent %q, which is not what this test is about", encoding)
	}
	out, err := c.GetObject(context.Background(), &sdk.GetObjectInput{Bucket: aws.String("box"), Key: aws.String("a/b.txt"),
		ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(out.Body) // the SDK verifies the checksum
	if err != nil || string(body) != content {
		t.Errorf("got %d bytes (%v), want the %d that were sent", len(body), err, len(content))
	}
	if o, _ := fake.Object("box", "a/b.txt"); aws.ToString(out.ChecksumSHA256) == "" || o.SHA256 != *out.ChecksumSHA256 {
		t.Errorf("checksum %q, want %q", aws.ToString(out.ChecksumSHA256), o.SHA256)
	}
}

func TestRefusals(t *testing.T) {
	const me = "123456789012"
	box := aws.String("box")
	tests := []struct {
		name   string
		bucket s3.Bucket
		call   func(*sdk.Client) error
		want   string
	}{
		{"no such bucket", s3.Bucket{}, func(c *sdk.Client) error {
			_, err := c.GetObject(context.Background(), &sdk.GetObjectInput{Bucket: aws.String("other"), Key: box})
			return err
		}, "NoSuchBucket"},
		{"no such key", s3.Bucket{Owner: me, Region: "eu-central-1"}, func(c *sdk.Client) error {
			_, err := c.GetObject(context.Background(), &sdk.GetObjectInput{Bucket: box, Key: box})
			return err
		}, "NoSuchKey"},
		{"another region", s3.Bucket{Owner: me, Region: "us-east-1"}, func(c *sdk.Client) error {
			_, err := c.ListObjectsV2(context.Background(), &sdk.ListObjectsV2Input{Bucket: box})
			return err
		}, "PermanentRedirect"},
		{"another account", s3.Bucket{Owner: "999999999999", Region: "eu-central-1"}, func(c *sdk.Client) error {
			_, err := c.ListObjectsV2(context.Background(), &sdk.ListObjectsV2Input{Bucket: box})
			return err
		}, "AccessDenied"},
		{"not the expected owner", s3.Bucket{Owner: me, Region: "eu-central-1"}, func(c *sdk.Client) error {
			_, err := c.ListObjectsV2(context.Background(), &sdk.ListObjectsV2Input{Bucket: box, ExpectedBucketOwner: aws.String("999999999999")})
			return err
		}, "AccessDenied"},
		{"a wrong checksum", s3.Bucket{Owner: me, Region: "eu-central-1"}, func(c *sdk.Client) error {
			_, err := c.PutObject(context.Background(), &sdk.PutObjectInput{Bucket: box, Key: box, Body: bytes.NewReader([]byte("x")),
				ChecksumSHA256: aws.String("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")})
			return err
		}, "BadDigest"},
		{"no place named", s3.Bucket{}, func(c *sdk.Client) error {
			_, err := c.CreateBucket(context.Background(), &sdk.CreateBucketInput{Bucket: aws.String("new")})
			return err
		}, "IllegalLocationConstraintException"},
		{"a name that is taken", s3.Bucket{Owner: "999999999999"}, func(c *sdk.Client) error {
			_, err := c.CreateBucket(context.Background(),
				&sdk.CreateBucketInput{Bucket: box, CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "eu-central-1"}})
			return err
		}, "BucketAlreadyExists"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := s3.New(me)
			fake.Add("box", test.bucket)
			var api smithy.APIError
			if err := test.call(client(t, fake)); !errors.As(err, &api) {
				t.Fatalf("got %v, want an error of S3", err)
			}
			if diff := cmp.Diff(test.want, api.ErrorCode()); diff != "" {
				t.Errorf("code (-want +got):\n%s", diff)
			}
		})
	}
}
