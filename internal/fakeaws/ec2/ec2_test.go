package ec2

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// The fake refuses what EC2 refuses, and what it does not know.
func TestStrict(t *testing.T) {
	f := &Fake{
		VPCs:       []VPC{{ID: "vpc-1", CIDR: "10.1.0.0/16"}, {ID: "vpc-2", CIDR: "10.2.0.0/16"}},
		Interfaces: []Interface{{ID: "eni-1", Subnet: "subnet-1", Kind: "lambda", Looks: 2}, {ID: "eni-2", Subnet: "subnet-2"}},
		Denied:     []string{"DescribeSubnets"}, PageSize: 1,
	}
	server := httptest.NewServer(f)
	defer server.Close()
	ask := func(form string) string {
		values, err := url.ParseQuery("Version=2016-11-15&" + form)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.PostForm(server.URL, values)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(answer.StatusCode, " ", string(body))
	}
	for _, c := range []struct{ form, want string }{
		{"Action=DeleteVpc", "<Code>InvalidAction</Code>"},
		{"Action=DescribeVpcs&MaxResults=1", "maxResults is invalid"},
		{"Action=DescribeVpcs&Filter.1.Name=color", "The filter 'color' is invalid"},
		{"Action=DescribeVpcs&VpcId.1=vpc-1", "The parameter VpcId.1 is not recognized"},
		{"Action=DescribeAddresses&MaxResults=100", "The parameter MaxResults is not recognized"},
		{"Action=DescribeSubnets", "403 <?xml"},
		{"Action=DescribeVpcs&MaxResults=100", "<vpcId>vpc-1</vpcId><cidrBlock>10.1.0.0/16</cidrBlock></item></vpcSet><nextToken>1</nextToken>"},
		{"Action=DescribeVpcs&NextToken=1", "<vpcSet><item><vpcId>vpc-2</vpcId>"},
		{"Action=DescribeNetworkInterfaces&Filter.1.Name=subnet-id&Filter.1.Value.1=subnet-1", "<networkInterfaceId>eni-1</networkInterfaceId>"},
		{"Action=DescribeNetworkInterfaces&Filter.1.Name=subnet-id&Filter.1.Value.1=subnet-1", "<networkInterfaceSet></networkInterfaceSet>"},
		{"Action=DescribeNetworkInterfaces", "<networkInterfaceId>eni-2</networkInterfaceId>"},
	} {
		if got := ask(c.form); !strings.Contains(got, c.want) {
			t.Errorf("%s: no %q in %s", c.form, c.want, got)
		}
	}
	if n := len(f.Calls()); n != 11 {
		t.Errorf("%d calls", n)
	}
}
