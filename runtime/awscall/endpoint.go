package awscall

import (
	"fmt"
	"net/url"
	"strings"
)

// endpoint is the one that the variables name, or AWS's own.
func (c *Client) endpoint(of Service, region string) (string, error) {
	variable := of.Variable
	if c.getenv(variable) == "" {
		variable = "AWS_ENDPOINT_URL"
	}
	text := c.getenv(variable)
	if text == "" {
		dual := strings.EqualFold(c.getenv("AWS_USE_DUALSTACK_ENDPOINT"), "true")
		return "https://" + of.Name + "." + region + "." + of.suffix(region, dual) + "/", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", fmt.Errorf("environment variable %s must be an absolute http or https URL without user info", variable)
	}
	return strings.TrimSuffix(u.Scheme+"://"+u.Host+u.Path, "/") + "/", nil
}

// suffixes are those of the partitions that are not like aws, by how the names of their
// regions begin; dual is for IPv6 and IPv4. In the settled ones, the name of a service that
// HasBoth has no other for both (botocore's partitions and rules of endpoints).
var suffixes = []struct {
	region, plain, dual string
	settled             bool
}{
	{"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", true},
	{"eusc-", "amazonaws.eu", "api.amazonwebservices.eu", false},
	{"us-iso-", "c2s.ic.gov", "api.aws.ic.gov", false},
	{"us-isob-", "sc2s.sgov.gov", "api.aws.scloud", false},
	{"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", false},
	{"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov", false},
	{"", "amazonaws.com", "api.aws", true},
}

func (of Service) suffix(region string, dual bool) string {
	for _, s := range suffixes {
		if strings.HasPrefix(region, s.region) {
			if dual && !(of.HasBoth && s.settled) {
				return s.dual
			}
			return s.plain
		}
	}
	return ""
}
