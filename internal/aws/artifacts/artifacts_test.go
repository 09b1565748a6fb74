package artifacts_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/s3"
)

const defaultBucket = "sfngen-artifacts-123456789012-eu-central-1"

// open is an S3 of the caller's, and the account it is in.
func open(t *testing.T) (*s3.Server, *cloud.Cloud) {
	t.Helper()
	fake := s3.New(fakeaws.Account)
	fakeaws.Serve(t, map[string]http.Handler{"s3": fake})
	c, err := cloud.Open(context.Background(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return fake, c
}

func mine() s3.Bucket { return s3.Bucket{Owner: fakeaws.Account, Region: fakeaws.Region} }

// TestOpenErrors has the exact words for each bucket that cannot be used.
func TestOpenErrors(t *testing.T) {
	forbidden := s3.Refusal{Status: http.StatusForbidden, Code: "AccessDenied",
		Message: `User: ` + fakeaws.Caller + ` is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::box" because no ` +
			`identity-based policy allows the s3:ListBucket action`}
	tests := []struct {
		name    string
		options artifacts.Options
		bucket  *s3.Bucket // named box
		refuse  []string
		want    string
	}{
		{"none of the default name", artifacts.Options{}, nil, nil,
			"there is no bucket " + defaultBucket + ": --create-bucket creates it in eu-central-1 (private, encrypted, versioned), --bucket " +
				"names another"},
		{"none of the name", artifacts.Options{Name: "box"}, nil, nil,
			"there is no bucket box: --create-bucket creates it in eu-central-1 (private, encrypted, versioned), --bucket names another"},
		{"another region", artifacts.Options{Name: "box"}, &s3.Bucket{Owner: fakeaws.Account, Region: "us-east-1"}, nil,
			"the bucket box is in us-east-1, but the stack goes to eu-central-1: Lambda reads code only from a bucket in its own region; name " +
				"one in eu-central-1 with --bucket"},
		{"another region, with create", artifacts.Options{Name: "box", Create: true}, &s3.Bucket{Owner: fakeaws.Account, Region: "us-east-1"},
			nil,
			"the bucket box is in us-east-1, but the stack goes to eu-central-1: Lambda reads code only from a bucket in its own region; name " +
				"one in eu-central-1 with --bucket"},
		{"another account", artifacts.Options{Name: "box"}, &s3.Bucket{Owner: "999999999999", Region: fakeaws.Region, Shared: true}, nil,
			"S3 refuses the bucket box as one of account 123456789012: either it is another account's (all of AWS shares bucket names: choose " +
				"another with --bucket, or name its account with --bucket-owner), or arn:aws:sts::123456789012:assumed-role/deployer/ada may not " +
				"s3:ListBucket it"},
		{"another account's, not shared", artifacts.Options{Name: "box", Owner: "999999999999"},
			&s3.Bucket{Owner: "999999999999", Region: fakeaws.Region}, nil,
			"S3 refuses the bucket box as one of account 999999999999: either it is another account's (all of AWS shares bucket names: choose " +
				"another with --bucket, or name its account with --bucket-owner), or arn:aws:sts::123456789012:assumed-role/deployer/ada may not " +
				"s3:ListBucket it"},
		{"create for another account", artifacts.Options{Name: "box", Owner: "999999999999", Create: true}, nil, nil,
			"cannot create the bucket box in account 999999999999: these credentials are of account 123456789012"},
		{"may not look", artifacts.Options{Name: "box"}, &s3.Bucket{Owner: fakeaws.Account, Region: fakeaws.Region},
			[]string{"HeadBucket", "ListObjectsV2"},
			"looking for the bucket box: AWS denies s3:ListBucket on arn:aws:s3:::box to arn:aws:sts::123456789012:assumed-role/deployer/ada: " +
				"no identity-based policy allows it; https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs " +
				"(request S3REQUEST)"},
		{"may not create", artifacts.Options{Name: "box", Create: true}, nil, []string{"CreateBucket"},
			"creating the bucket box: AWS denies s3:ListBucket on arn:aws:s3:::box to arn:aws:sts::123456789012:assumed-role/deployer/ada: no " +
				"identity-based policy allows it; https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs " +
				"(request S3REQUEST)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake, c := open(t)
			if test.bucket != nil {
				fake.Add("box", *test.bucket)
			}
			for _, operation := range test.refuse {
				fake.Refuse(operation, forbidden)
			}
			_, err := artifacts.Open(context.Background(), c, test.options)
			if err == nil {
				t.Fatal("the bucket was taken")
			}
			if diff := cmp.Diff(test.want, cloud.Explain(err).Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNames(t *testing.T) {
	tests := map[string]string{
		"s3://box":              `--bucket "s3://box": give the bucket's name alone, such as my-artifacts`,
		"arn:aws:s3:::box":      `--bucket "arn:aws:s3:::box": give the bucket's name alone, such as my-artifacts`,
		"box/prefix":            `--bucket "box/prefix": give the bucket's name alone, such as my-artifacts`,
		"ab":                    `--bucket "ab": a bucket's name has 3 to 63 characters, this one 2`,
		strings.Repeat("a", 64): `--bucket "` + strings.Repeat("a", 64) + `": a bucket's name has 3 to 63 characters, this one 64`,
		"MyBucket": `--bucket "MyBucket": a bucket's name has lower-case letters, digits, hyphens and dots, and begins and ` +
			`ends with a letter or digit`,
		"-box": `--bucket "-box": a bucket's name has lower-case letters, digits, hyphens and dots, and begins and ends ` +
			`with a letter or digit`,
		"a..b":                    `--bucket "a..b": a bucket's name has no two dots in a row`,
		"192.168.5.4":             `--bucket "192.168.5.4": a bucket's name must not look like an IP address`,
		"xn--box":                 `--bucket "xn--box": S3 reserves names that begin with xn--`,
		"box--eu1-az1--x-s3":      `--bucket "box--eu1-az1--x-s3": S3 reserves names that end in --x-s3`,
		"amzn-s3-demo-bucket":     `--bucket "amzn-s3-demo-bucket": S3 reserves names that begin with amzn-s3-demo-`,
		"my.bucket-1":             "",
		strings.Repeat("a", 63):   "",
		"1.2.3.4.5":               "",
		"192.168.5.4.example.com": "",
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			fake, c := open(t)
			_, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: name})
			if want == "" {
				if artifacts.KindOf(err) != artifacts.Missing {
					t.Fatalf("got %v, want that S3 was asked", err)
				}
				return
			}
			if err == nil || err.Error() != want {
				t.Errorf("got %v\nwant %s", err, want)
			}
			if calls := fake.Calls(); len(calls) > 0 {
				t.Errorf("S3 was asked: %q", calls)
			}
		})
	}
}

func TestExistingBucketIsUsedAsItIs(t *testing.T) {
	fake, c := open(t)
	fake.Add("box", mine())
	b, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box", Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if b.Created || b.Name != "box" {
		t.Errorf("created %v, name %q", b.Created, b.Name)
	}
	if diff := cmp.Diff([]string{"HeadBucket box"}, fake.Calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestBucketOfAnotherAccount(t *testing.T) {
	fake, c := open(t)
	fake.Add("box", s3.Bucket{Owner: "999999999999", Region: fakeaws.Region, Shared: true})
	b, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box", Owner: "999999999999"})
	if err != nil {
		t.Fatal(err)
	}
	if uploaded, err := b.Put(context.Background(), "k", strings.NewReader("x"), 1, sum("x")); err != nil || !uploaded {
		t.Errorf("uploaded %v, %v", uploaded, err)
	}
}

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

func base64sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(s[:])
}

func TestPut(t *testing.T) {
	tests := []struct {
		name     string
		there    *s3.Object
		uploaded bool
	}{
		{"nothing exists", nil, true},
		{"the same exists", &s3.Object{Body: []byte("content"), SHA256: base64sum("content")}, false},
		{"another size", &s3.Object{Body: []byte("conten"), SHA256: base64sum("content")}, true},
		{"another checksum", &s3.Object{Body: []byte("CONTENT"), SHA256: base64sum("CONTENT")}, true},
		{"no checksum", &s3.Object{Body: []byte("content")}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake, c := open(t)
			fake.Add(defaultBucket, mine())
			if test.there != nil {
				fake.Put(defaultBucket, "a/b.zip", *test.there)
			}
			b, err := artifacts.Open(context.Background(), c, artifacts.Options{})
			if err != nil {
				t.Fatal(err)
			}
			file := strings.NewReader("content")
			_, _ = file.Seek(3, 0) // whoever hashed it has read from it
			uploaded, err := b.Put(context.Background(), "a/b.zip", file, 7, sum("content"))
			if err != nil || uploaded != test.uploaded {
				t.Fatalf("uploaded %v, %v, want %v", uploaded, err, test.uploaded)
			}
			o, _ := fake.Object(defaultBucket, "a/b.zip")
			if diff := cmp.Diff(s3.Object{Body: []byte("content"), SHA256: base64sum("content")}, o); diff != "" {
				t.Errorf("object (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPutErrors(t *testing.T) {
	denied := s3.Refusal{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"}
	tests := []struct {
		name, refuse string
		content, sum string
		want         string
	}{
		{"may not look, where nothing is", "HeadObject", "x", sum("x"),
			"looking for k in the bucket box: AWS denies s3:GetObject on arn:aws:s3:::box/k: it gives no reason; " +
				"https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs (request S3REQUEST)"},
		{"may not upload", "PutObject", "x", sum("x"),
			"uploading k to the bucket box: AWS denies s3:PutObject on arn:aws:s3:::box/k, or kms:GenerateDataKey on the bucket's KMS key if it " +
				"has one: it gives no reason; https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs (request " +
				"S3REQUEST)"},
		{"the file changed", "", "y", sum("x"),
			"uploading k to the bucket box: the file changed while it was sent; package the stack again: S3 PutObject: BadDigest: The " +
				"X-Amz-Checksum-Sha256 you specified did not match the calculated checksum. (request S3REQUEST)"},
		{"no checksum", "", "x", "abc",
			`uploading k: "abc" is not a SHA-256 in hexadecimal`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake, c := open(t)
			fake.Add("box", mine())
			b, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box"})
			if err != nil {
				t.Fatal(err)
			}
			fake.Refuse(test.refuse, denied)
			_, err = b.Put(context.Background(), "k", strings.NewReader(test.content), 1, test.sum)
			if err == nil {
				t.Fatal("it was uploaded")
			}
			if diff := cmp.Diff(test.want, cloud.Explain(err).Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if o, there := fake.Object("box", "k"); there {
				t.Errorf("there is an object now: %q", o.Body)
			}
		})
	}
}

// TestPutOverALockedObject: what S3 refuses for the sake of a KMS key is not laid
// to s3:GetObject, and nothing is uploaded that CloudFormation could not read.
func TestPutOverALockedObject(t *testing.T) {
	const key = "arn:aws:kms:eu-central-1:123456789012:key/1234"
	denied := s3.Refusal{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"}
	policy := "AWS denies s3:GetObject on arn:aws:s3:::box/k: it gives no reason; " +
		"https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs (request S3REQUEST)"
	tests := []struct {
		name    string
		there   s3.Object
		refused []s3.Refusal
		want    string
	}{
		{"by its key", s3.Object{Body: []byte("x"), SHA256: base64sum("x"), KMSKey: key}, nil,
			"k is encrypted with " + key + ", which " + fakeaws.Caller + " may not use: AWS would refuse the deployment as well, which reads it " +
				"in the caller's name; allow kms:Decrypt and kms:GenerateDataKey on the key, also in its policy if it belongs to another account"},
		{"by its policy as well", s3.Object{KMSKey: key}, []s3.Refusal{denied, denied}, policy},
		{"without a key", s3.Object{Body: []byte("x"), SHA256: base64sum("x")}, []s3.Refusal{denied}, policy},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake, c := open(t)
			fake.Add("box", mine())
			fake.Put("box", "k", test.there)
			fake.Refuse("HeadObject", test.refused...)
			b, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box"})
			if err != nil {
				t.Fatal(err)
			}
			_, err = b.Put(context.Background(), "k", strings.NewReader("x"), 1, sum("x"))
			if err == nil {
				t.Fatal("it was uploaded")
			}
			if diff := cmp.Diff("looking for k in the bucket box: "+test.want, cloud.Explain(err).Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if calls := fake.Calls(); slices.Contains(calls, "PutObject box/k") {
				t.Errorf("called: %q", calls)
			}
		})
	}
}

func TestURL(t *testing.T) {
	tests := []struct {
		name, bucket, region, partition, want string
	}{
		{"plain", "box", "eu-central-1", "aws", "https://box.s3.eu-central-1.amazonaws.com/acme/a%20b.yaml"},
		{"the oldest region", "box", "us-east-1", "aws", "https://box.s3.us-east-1.amazonaws.com/acme/a%20b.yaml"},
		{"a name with dots", "my.box", "eu-central-1", "aws", "https://s3.eu-central-1.amazonaws.com/my.box/acme/a%20b.yaml"},
		{"China", "box", "cn-north-1", "aws-cn", "https://box.s3.cn-north-1.amazonaws.com.cn/acme/a%20b.yaml"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := s3.New(fakeaws.Account)
			fakeaws.Serve(t, map[string]http.Handler{"s3": fake})
			c, err := cloud.Open(context.Background(), cloud.Options{Region: test.region})
			if err != nil {
				t.Fatal(err)
			}
			c.Partition = test.partition
			fake.Add(test.bucket, s3.Bucket{Owner: fakeaws.Account, Region: test.region})
			b, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: test.bucket})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, b.URL("acme/a b.yaml")); diff != "" {
				t.Errorf("URL (-want +got):\n%s", diff)
			}
		})
	}
}

// noWait counts what would have been waited.
func noWait(waits *[]time.Duration) func(context.Context, time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return ctx.Err()
	}
}
