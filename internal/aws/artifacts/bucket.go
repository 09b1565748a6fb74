// Package artifacts is the S3 bucket from which a deployment reads its Lambdas and its
// template.
package artifacts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/clock"
)

// Options say which bucket it is.
type Options struct {
	Name   string // "" is DefaultBucket
	Create bool   // create the bucket if there is none
	Owner  string // the account that the bucket must belong to; "" is the caller's
	// Sleep waits between the tries to configure a bucket that S3 does not know
	// everywhere yet; nil is clock.Sleep.
	Sleep func(context.Context, time.Duration) error
}

// Bucket is one that exists, belongs to the account that was named, and is in
// the region of the stack: Lambda takes code from no other.
type Bucket struct {
	Name    string
	Created bool // by Open

	client *s3.Client
	cloud  *cloud.Cloud
	owner  string
}

// DefaultBucket is the bucket of an account and region that names none.
func DefaultBucket(c *cloud.Cloud) string {
	return "sfngen-artifacts-" + c.Account + "-" + c.Region
}

// Open finds the bucket and, where Options.Create says so, creates it. It fails with an
// Error, or with what S3 says.
func Open(ctx context.Context, c *cloud.Cloud, o Options) (*Bucket, error) {
	o = o.complete(c)
	if err := errors.Join(CheckName(o.Name), CheckAccount(o.Owner)); err != nil {
		return nil, err
	}
	b := &Bucket{Name: o.Name, client: c.S3(), cloud: c, owner: o.Owner}
	err := b.find(ctx)
	if KindOf(err) != Missing || !o.Create {
		return b.unless(err)
	}
	if o.Owner != c.Account {
		return nil, fmt.Errorf("cannot create the bucket %s in account %s: these credentials are of account %s", b.Name, o.Owner, c.Account)
	}
	return b.unless(b.create(ctx, o.Sleep))
}

func (o Options) complete(c *cloud.Cloud) Options {
	o.Name, o.Owner = cmp.Or(o.Name, DefaultBucket(c)), cmp.Or(o.Owner, c.Account)
	if o.Sleep == nil {
		o.Sleep = clock.Sleep
	}
	return o
}

func (b *Bucket) unless(err error) (*Bucket, error) {
	if err != nil {
		return nil, err
	}
	return b, nil
}

// URL is where CloudFormation finds the object of this key (its TemplateURL). A name with
// dots is in the path: no certificate of S3 covers such a host.
func (b *Bucket) URL(key string) string {
	host, path := b.Name+".s3."+b.cloud.Region+"."+b.cloud.Suffix(), ""
	if strings.Contains(b.Name, ".") {
		host, path = "s3."+b.cloud.Region+"."+b.cloud.Suffix(), "/"+b.Name
	}
	return (&url.URL{Scheme: "https", Host: host, Path: path + "/" + key}).String()
}

func (b *Bucket) arn() string { return "arn:" + b.cloud.Partition + ":s3:::" + b.Name }
