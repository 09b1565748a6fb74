package artifacts_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws/s3"
)

var denied = s3.Refusal{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"}

// settings are what secures a bucket.
var settings = []string{"publicAccessBlock", "encryption", "policy", "versioning", "lifecycle"}

func configuration(fake *s3.Server, bucket string) map[string]string {
	all := map[string]string{}
	for _, name := range settings {
		all[name] = fake.Config(bucket, name)
	}
	return all
}

func find(t *testing.T, c *cloud.Cloud, name string) *artifacts.Bucket {
	t.Helper()
	b, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Wherever the securing broke off, the next run does the rest, and once it holds nothing.
func TestHalfABucketIsCompleted(t *testing.T) {
	for operation, want := range map[string]string{
		"PutPublicAccessBlock":            "public access blocked, encrypted, HTTPS only, versioned, old versions expiring",
		"PutBucketEncryption":             "public access blocked, encrypted, HTTPS only, versioned, old versions expiring",
		"PutBucketPolicy":                 "public access blocked, HTTPS only, versioned, old versions expiring",
		"PutBucketVersioning":             "public access blocked, versioned, old versions expiring",
		"PutBucketLifecycleConfiguration": "public access blocked, versioned, old versions expiring",
	} {
		t.Run(operation, func(t *testing.T) {
			fake, c := overTLS(t)
			if _, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "whole", Create: true}); err != nil {
				t.Fatal(err)
			}
			fake.Refuse(operation, denied, denied)
			_, err := artifacts.Open(context.Background(), c, artifacts.Options{Name: "box", Create: true})
			if artifacts.KindOf(err) != artifacts.Half {
				t.Fatalf("%v, want half a bucket", err)
			}
			b := find(t, c, "box")
			if _, err := b.Complete(context.Background(), nil); artifacts.KindOf(err) != artifacts.Half {
				t.Errorf("refused again: %v, want half a bucket", err)
			}
			done, err := b.Complete(context.Background(), nil)
			if diff := cmp.Diff(want, strings.Join(done, ", ")); diff != "" || err != nil {
				t.Errorf("%v; done (-want +got):\n%s", err, diff)
			}
			whole := configuration(fake, "whole")
			whole["policy"] = strings.ReplaceAll(whole["policy"], "whole", "box")
			if diff := cmp.Diff(whole, configuration(fake, "box")); diff != "" {
				t.Errorf("configuration (-want +got):\n%s", diff)
			}
			if done, err := b.Complete(context.Background(), nil); done != nil || err != nil {
				t.Errorf("once more: %v, %v", done, err)
			}
		})
	}
}

// What somebody has set in the meantime stays.
func TestCompletingReplacesNothing(t *testing.T) {
	fake, c := overTLS(t)
	fake.Add("box", mine())
	fake.Configure("box", "policy", "theirs")
	fake.Configure("box", "encryption", `<ServerSideEncryptionConfiguration/>`)
	if _, err := find(t, c, "box").Complete(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if policy, encryption := fake.Config("box", "policy"), fake.Config("box", "encryption"); policy != "theirs" ||
		encryption != `<ServerSideEncryptionConfiguration/>` || fake.Config("box", "lifecycle") == "" {
		t.Errorf("policy %q, encryption %q", policy, encryption)
	}
}

func TestWhoMayNotLookIsToldSo(t *testing.T) {
	fake, c := overTLS(t)
	fake.Add("box", mine())
	fake.Refuse("GetBucketLifecycleConfiguration", denied)
	_, err := find(t, c, "box").Complete(context.Background(), nil)
	if !errors.Is(err, artifacts.ErrUnknown) || !strings.Contains(err.Error(), "s3:GetLifecycleConfiguration") {
		t.Errorf("error %v", err)
	}
	if fake.Config("box", "versioning") != "" {
		t.Error("it was changed")
	}
}
