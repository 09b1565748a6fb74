package artifacts_test

import (
	"context"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/s3"
)

// overTLS is open as AWS has it: encrypted.
func overTLS(t *testing.T) (*s3.Server, *cloud.Cloud) {
	t.Helper()
	fake := s3.New(fakeaws.Account)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Authorization"), "/sts/") {
			fakeaws.STS(fakeaws.Caller).ServeHTTP(w, r)
			return
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	fakeaws.Environment(t, server.URL)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
		0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CA_BUNDLE", authority)
	c, err := cloud.Open(context.Background(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return fake, c
}

// TestCreate has every document that a new bucket is configured with.
func TestCreate(t *testing.T) {
	fake, c := overTLS(t)
	b, err := artifacts.Open(context.Background(), c, artifacts.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if !b.Created || b.Name != defaultBucket || b.Name != artifacts.DefaultBucket(c) {
		t.Errorf("created %v, name %q", b.Created, b.Name)
	}
	const ns = ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`
	want := map[string]string{
		"create": `<CreateBucketConfiguration` + ns + `><LocationConstraint>eu-central-1</LocationConstraint>` +
			`</CreateBucketConfiguration>BucketOwnerEnforced`,
		"publicAccessBlock": `<PublicAccessBlockConfiguration` + ns +
			`><BlockPublicAcls>true</BlockPublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><IgnorePublicAcls>true</IgnorePublicAcls>` +
			`<RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`,
		"encryption": `<ServerSideEncryptionConfiguration` + ns + `><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256` +
			`</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule>` +
			`</ServerSideEncryptionConfiguration>`,
		"policy": `{"Version":"2012-10-17","Statement":[{"Sid":"HTTPSOnly","Effect":"Deny","Principal":"*","Action":"s3:*",` +
			`"Resource":["arn:aws:s3:::` + defaultBucket + `","arn:aws:s3:::` + defaultBucket +
			`/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`,
		"versioning": `<VersioningConfiguration` + ns + `><Status>Enabled</Status></VersioningConfiguration>`,
		"lifecycle": `<LifecycleConfiguration` + ns + `><Rule><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>` +
			`</AbortIncompleteMultipartUpload><Filter><Prefix></Prefix></Filter><ID>sfngen</ID><NoncurrentVersionExpiration><NoncurrentDays>90` +
			`</NoncurrentDays></NoncurrentVersionExpiration><Status>Enabled</Status></Rule></LifecycleConfiguration>`,
	}
	got := map[string]string{}
	for name := range want {
		got[name] = fake.Config(defaultBucket, name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}

// TestPutOverTLS goes the way that uploads to AWS go.
func TestPutOverTLS(t *testing.T) {
	fake, c := overTLS(t)
	fake.Add("box", mine())
	b, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{true, false} {
		uploaded, err := b.Put(context.Background(), "k", strings.NewReader("content"), 7, sum("content"))
		if err != nil || uploaded != want {
			t.Errorf("uploaded %v, %v, want %v", uploaded, err, want)
		}
	}
	if o, _ := fake.Object("box", "k"); string(o.Body) != "content" || o.SHA256 != base64sum("content") {
		t.Errorf("there is %q with %q", o.Body, o.SHA256)
	}
}

// TestPlainEndpoint must not lock itself out.
func TestPlainEndpoint(t *testing.T) {
	fake, c := open(t)
	if _, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box", Create: true}); err != nil {
		t.Fatal(err)
	}
	if policy := fake.Config("box", "policy"); policy != "" {
		t.Errorf("the bucket has the policy %s", policy)
	}
	if fake.Config("box", "lifecycle") == "" {
		t.Error("the last step is missing")
	}
}

// TestCreateInTheAccountsNamespace: S3 takes such a name in no other.
func TestCreateInTheAccountsNamespace(t *testing.T) {
	for name, want := range map[string]string{"box-123456789012-eu-central-1-an": "account-regional", "box": "", "box-an": ""} {
		fake, got := s3.New(fakeaws.Account), ""
		fakeaws.Serve(t, map[string]http.Handler{"s3": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && r.URL.RawQuery == "" {
				got = r.Header.Get("X-Amz-Bucket-Namespace")
			}
			fake.ServeHTTP(w, r)
		})})
		c, err := cloud.Open(context.Background(), cloud.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: name, Create: true}); err != nil || got != want {
			t.Errorf("%s: in the namespace %q, want %q; %v", name, got, want, err)
		}
	}
}

// TestCreateInTheOldestRegion must not name it.
func TestCreateInTheOldestRegion(t *testing.T) {
	fake := s3.New(fakeaws.Account)
	fakeaws.Serve(t, map[string]http.Handler{"s3": fake})
	c, err := cloud.Open(context.Background(), cloud.Options{Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box", Create: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("BucketOwnerEnforced", fake.Config("box", "create")); diff != "" {
		t.Errorf("created with (-want +got):\n%s", diff)
	}
}

// TestNewBucketIsNotKnownAtOnce: S3 may say so of a bucket that it has just made.
func TestNewBucketIsNotKnownAtOnce(t *testing.T) {
	fake, c := open(t)
	unknown := s3.Refusal{Status: http.StatusNotFound, Code: "NoSuchBucket", Message: "The specified bucket does not exist"}
	busy := s3.Refusal{Status: http.StatusConflict, Code: "OperationAborted", Message: "A conflicting conditional operation is currently " +
		"in progress against this resource."}
	fake.Refuse("PutPublicAccessBlock", unknown, unknown)
	fake.Refuse("PutBucketVersioning", busy)
	fake.Refuse("CreateBucket", busy) // two pipelines begin at the same push
	var waits []time.Duration
	b, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box", Create: true, Sleep: noWait(&waits)})
	if err != nil || !b.Created {
		t.Fatalf("created %v, %v", b != nil && b.Created, err)
	}
	if diff := cmp.Diff([]time.Duration{time.Second, time.Second, 2 * time.Second, time.Second}, waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
}

func TestHalfCreated(t *testing.T) {
	fake, c := overTLS(t)
	fake.Refuse("PutBucketPolicy", s3.Refusal{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"})
	_, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box", Create: true})
	if artifacts.KindOf(err) != artifacts.Half {
		t.Fatalf("got %v, want one of the kind half", err)
	}
	want := "the bucket box now exists (access by bucket policies only, no ACLs, public access blocked, encrypted), but is not complete " +
		"(missing: HTTPS only, versioned, old versions expiring): " +
		"AWS denies s3:PutBucketPolicy on arn:aws:s3:::box: it gives no reason; https://github.com/sfngen/sfngen/blob/main/docs/deploy.md " +
		"has the policy that sfngen needs (request S3REQUEST); " +
		"deploy again with --create-bucket, which completes it, or delete it (aws s3api delete-bucket --bucket box --region eu-central-1)"
	if diff := cmp.Diff(want, cloud.Explain(err).Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	if fake.Config("box", "versioning") != "" {
		t.Error("it went on after the failure")
	}
}

// TestInterruptedCreation says that the bucket exists, too.
func TestInterruptedCreation(t *testing.T) {
	fake, c := open(t)
	fake.Refuse("PutPublicAccessBlock", s3.Refusal{Status: http.StatusNotFound, Code: "NoSuchBucket"})
	ctx, cancel := context.WithCancel(context.Background())
	_, err := artifacts.Open(ctx, c, artifacts.Options{Name: "box", Create: true, Sleep: func(ctx context.Context, _ time.Duration) error {
		cancel()
		return ctx.Err()
	}})
	if artifacts.KindOf(err) != artifacts.Half || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want one of the kind half because of the interrupt", err)
	}
}

// TestSomebodyWasQuicker: the bucket came between the look and the creation.
func TestSomebodyWasQuicker(t *testing.T) {
	tests := []struct {
		name   string
		bucket s3.Bucket
		want   string
	}{
		{"a colleague", mine(), ""},
		{"a stranger", s3.Bucket{Owner: "999999999999", Region: fakeaws.Region},
			"S3 refuses the bucket box as one of account 123456789012: either it is another account's (all of AWS shares bucket names: choose " +
				"another with --bucket, or name its account with --bucket-owner), or arn:aws:sts::123456789012:assumed-role/deployer/ada may not " +
				"s3:ListBucket it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake, c := open(t)
			fake.Add("box", test.bucket)
			fake.Refuse("HeadBucket", s3.Refusal{Status: http.StatusNotFound})
			b, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box", Create: true})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if err == nil && b.Created {
				t.Error("it says that it made the bucket")
			}
		})
	}
}

// Every request but the creation says whose bucket it must be: names of buckets
// change hands.
func TestEveryRequestNamesTheOwner(t *testing.T) {
	fake := s3.New(fakeaws.Account)
	requests := 0
	fakeaws.Serve(t, map[string]http.Handler{"s3": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		creates := r.Method == http.MethodPut && r.URL.RawQuery == "" && r.URL.Path == "/box"
		if owner := r.Header.Get("X-Amz-Expected-Bucket-Owner"); !creates && owner != fakeaws.Account {
			t.Errorf("%s %s expects the owner %q", r.Method, r.URL, owner)
		}
		requests++
		fake.ServeHTTP(w, r)
	})})
	c, err := cloud.Open(context.Background(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // made, and found
		b, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box", Create: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Put(context.Background(), "k", strings.NewReader("content"), 7, sum("content")); err != nil {
			t.Fatal(err)
		}
	}
	if requests < 9 {
		t.Errorf("only %d requests were seen", requests)
	}
}
