package cloud_test

import (
	"context"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
)

// TestPartition: one that no spec can name is refused by its name, not taken for
// another.
func TestPartition(t *testing.T) {
	tests := []struct {
		name, caller, partition, refused string
	}{
		{"the usual one", fakeaws.Caller, "aws", ""},
		{"China", "arn:aws-cn:iam::123456789012:user/ada", "aws-cn", ""},
		{"GovCloud", "arn:aws-us-gov:iam::123456789012:user/ada", "aws-us-gov", ""},
		{"the European sovereign cloud", "arn:aws-eusc:iam::123456789012:user/ada", "",
			"these credentials are of the partition aws-eusc (arn:aws-eusc:iam::123456789012:user/ada), and sfngen deploys only to aws, aws-cn " +
				"and aws-us-gov; choose other credentials with --profile"},
		{"an isolated one", "arn:aws-iso-b:iam::123456789012:user/ada", "",
			"these credentials are of the partition aws-iso-b (arn:aws-iso-b:iam::123456789012:user/ada), and sfngen deploys only to aws, " +
				"aws-cn and aws-us-gov; choose other credentials with --profile"},
		{"none", "ada", "", `AWS says that these credentials are "ada", which is not an ARN`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(fakeaws.STS(test.caller))
			t.Cleanup(server.Close)
			fakeaws.Environment(t, server.URL)
			c, err := cloud.Open(context.Background(), cloud.Options{})
			if test.refused != "" {
				if err == nil || err.Error() != test.refused {
					t.Errorf("error %v, want %s", err, test.refused)
				}
				return
			}
			if err != nil || c.Partition != test.partition {
				t.Errorf("%+v, %v, want the partition %s", c, err, test.partition)
			}
		})
	}
}

// TestBucketsInThePath: where S3 is somebody else's, a bucket's name is no host,
// whoever says so.
func TestBucketsInThePath(t *testing.T) {
	tests := []struct {
		name      string
		variables map[string]string
		config    string
		host      string // of the request; "" for that of the endpoint
		path      string
	}{
		{"AWS", nil, "", "box.s3.eu-central-1.amazonaws.com", "/a/b"},
		{"a variable", map[string]string{"AWS_ENDPOINT_URL": "http://s3.acme.example"}, "", "s3.acme.example", "/box/a/b"},
		{"a variable for S3", map[string]string{"AWS_ENDPOINT_URL_S3": "http://s3.acme.example"}, "", "s3.acme.example", "/box/a/b"},
		{"a variable for another service", map[string]string{"AWS_ENDPOINT_URL_LAMBDA": "http://s3.acme.example"}, "",
			"box.s3.eu-central-1.amazonaws.com", "/a/b"},
		{"a profile", nil, "[default]\nendpoint_url = http://s3.acme.example\n", "s3.acme.example", "/box/a/b"},
		{"a profile for S3", nil, "[default]\nservices = here\n[services here]\ns3 =\n  endpoint_url = http://s3.acme.example\n",
			"s3.acme.example", "/box/a/b"},
		{"a profile that does not count", map[string]string{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
			"[default]\nendpoint_url = http://s3.acme.example\n", "box.s3.eu-central-1.amazonaws.com", "/a/b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fakeaws.Environment(t, "")
			os.Unsetenv("AWS_ENDPOINT_URL") // Environment brings it back; set and empty it hides what a profile says
			for name, value := range test.variables {
				t.Setenv(name, value)
			}
			file := filepath.Join(t.TempDir(), "config")
			if err := os.WriteFile(file, []byte(test.config), 0o600); err != nil {
				t.Fatal(err)
			}
			t.Setenv("AWS_CONFIG_FILE", file)
			request, err := s3.NewPresignClient(loaded(t).S3()).PresignHeadObject(context.Background(),
				&s3.HeadObjectInput{Bucket: aws.String("box"), Key: aws.String("a/b")})
			if err != nil {
				t.Fatal(err)
			}
			sent, err := http.NewRequest(request.Method, request.URL, nil)
			if err != nil || sent.URL.Host != test.host || sent.URL.Path != test.path {
				t.Errorf("goes to %s, want %s%s (%v)", request.URL, test.host, test.path, err)
			}
		})
	}
}

// trusted is a TLS server whose authority is known by the variable, or by the
// profile, alone.
func trusted(t *testing.T) (server *httptest.Server, authority string) {
	t.Helper()
	server = secure(t)
	authority = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
		0o600); err != nil {
		t.Fatal(err)
	}
	return server, authority
}

func TestTransport(t *testing.T) {
	server, authority := trusted(t)
	tests := []struct {
		name, bundle, config string
		reached              bool
	}{
		{"AWS_CA_BUNDLE", authority, "", true},
		{"the profile", "", "[default]\nca_bundle = " + authority + "\n", true},
		{"neither", "", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fakeaws.Environment(t, "")
			t.Setenv("AWS_CA_BUNDLE", test.bundle)
			file := filepath.Join(t.TempDir(), "config")
			if err := os.WriteFile(file, []byte(test.config), 0o600); err != nil {
				t.Fatal(err)
			}
			t.Setenv("AWS_CONFIG_FILE", file)
			transport := loaded(t).Transport()
			defer transport.CloseIdleConnections()
			resp, err := (&http.Client{Transport: transport}).Get(server.URL)
			if err == nil {
				resp.Body.Close()
			}
			if (err == nil) != test.reached {
				t.Errorf("got %v, want reached %t", err, test.reached)
			}
		})
	}
}
