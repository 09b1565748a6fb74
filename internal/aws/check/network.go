package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/aws/network"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// Network asks AWS about the network of a stack, if it has one, and what of it is deployed
// already. lookup finds the IPv6 addresses of a name; nil: the system's resolver.
func Network(
	ctx context.Context, c *cloud.Cloud, s *stack.Stack, lookup func(context.Context, string) ([]netip.Addr, error),
) ([]spec.Finding, error) {
	template, err := network.Read(s.File(stack.TemplateFile))
	if err != nil {
		return nil, err
	}
	shape := template.Shape()
	if shape.Type == spec.NetworkLambda {
		return nil, nil
	}
	upstream := s.Origin.Spec().Upstream
	shape.Calls, shape.Private = network.Calls(upstream.URL, tokenURL(upstream)), upstream.AllowPrivate
	own, err := deployedNetwork(ctx, c, s.Name)
	if err != nil {
		return nil, err
	}
	report, err := network.Question{Cloud: c, Shape: shape, Own: own, Place: " --region " + c.Region, Lookup: lookup}.Ask(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking AWS about the network of %s: %w", s.Origin.Name(), err)
	}
	return networkFindings(s.Origin, report), nil
}

func tokenURL(u spec.Upstream) string {
	if u.Credentials.OAuth2 == nil {
		return ""
	}
	return u.Credentials.OAuth2.TokenURL
}

// deployedNetwork is what a stack of this name has. One that may not be read counts as
// none: then too much is taken for missing, and never too little.
func deployedNetwork(ctx context.Context, c *cloud.Cloud, name string) (network.Own, error) {
	deployed, err := live.Find(ctx, c, name)
	foreign := new(live.ForeignError)
	switch {
	case errors.Is(err, live.ErrNone) || cloud.IsDenied(err) || errors.As(err, &foreign):
		return network.Own{}, nil
	case err != nil:
		return network.Own{}, err
	}
	own, err := network.OwnOf(ctx, c, deployed.Found.StackId)
	if cloud.IsDenied(err) {
		return network.Own{}, nil
	}
	template, unread := network.Deployed(*deployed)
	return own.In(template), cmp.Or(err, unread)
}

// networkFindings are what AWS says of a network, each at its field of the spec.
func networkFindings(file *spec.File, report network.Report) []spec.Finding {
	var findings []spec.Finding
	for _, p := range report.Problems {
		if p.Fatal {
			findings = append(findings, file.Error("aws-network", p.Field, p.What, p.Do))
		} else {
			findings = append(findings, file.Warning("aws-network-doubt", p.Field, p.What, p.Do))
		}
	}
	for _, note := range report.Notes {
		findings = append(findings, file.Warning("aws-network-unknown", "egress.network", note, ""))
	}
	return findings
}
