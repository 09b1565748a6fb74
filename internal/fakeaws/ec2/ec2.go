// Package ec2 is the part of EC2 on loopback that says what a network is: the Describe
// calls, as the Query protocol has them (EC2 API Reference), and beside it the quotas of
// Service Quotas. It is strict: what it does not know of a request is an error.
package ec2

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Fake serves what is in it. Its fields are to be set before it serves.
type Fake struct {
	Addresses  []Address
	NATs       []NAT
	Subnets    []Subnet
	Tables     []Routes
	Groups     []Group
	Interfaces []Interface
	VPCs       []VPC
	Gateways   []string // Internet gateways
	EgressOnly []string // egress-only Internet gateways
	Zones      []string
	// Denied are the operations that a policy forbids.
	Denied []string
	// Held reports whether functions use the interfaces of Lambda; nil: none does. It must
	// not call the Fake.
	Held func() bool
	// PageSize is how many a page has at most; 0: as many as the request wants.
	PageSize int

	mu    sync.Mutex
	calls []string
}

// The things of EC2, with the elements of its XML.
type (
	// Address is an Elastic IP.
	Address struct {
		Allocation  string `xml:"allocationId,omitempty"`
		IP          string `xml:"publicIp,omitempty"`
		Domain      string `xml:"domain,omitempty"`
		Association string `xml:"associationId,omitempty"`
		Interface   string `xml:"networkInterfaceId,omitempty"`
		Instance    string `xml:"instanceId,omitempty"`
	}

	// NAT is a NAT gateway.
	NAT struct {
		ID        string    `xml:"natGatewayId"`
		Subnet    string    `xml:"subnetId"`
		State     string    `xml:"state"`
		Access    string    `xml:"connectivityType,omitempty"`
		Addresses []Address `xml:"natGatewayAddressSet>item"`
	}

	// Subnet is one of a VPC.
	Subnet struct {
		ID   string `xml:"subnetId"`
		VPC  string `xml:"vpcId"`
		Zone string `xml:"availabilityZone"`
		Free int    `xml:"availableIpAddressCount"`
	}

	// Routes are a route table.
	Routes struct {
		ID           string        `xml:"routeTableId"`
		VPC          string        `xml:"vpcId"`
		Routes       []Route       `xml:"routeSet>item"`
		Associations []Association `xml:"associationSet>item"`
	}

	// Route is one of a table.
	Route struct {
		To      string `xml:"destinationCidrBlock,omitempty"`
		State   string `xml:"state"`
		Gateway string `xml:"gatewayId,omitempty"`
		NAT     string `xml:"natGatewayId,omitempty"`
		Transit string `xml:"transitGatewayId,omitempty"`
	}

	// Association ties a table to a subnet, or as the main one to its VPC.
	Association struct {
		Subnet string `xml:"subnetId,omitempty"`
		Main   bool   `xml:"main"`
	}

	// Group is a security group.
	Group struct {
		ID  string       `xml:"groupId"`
		VPC string       `xml:"vpcId"`
		Out []Permission `xml:"ipPermissionsEgress>item"`
	}

	// Permission lets out to a range of addresses.
	Permission struct {
		Protocol string  `xml:"ipProtocol"`
		From     int     `xml:"fromPort,omitempty"`
		Till     int     `xml:"toPort,omitempty"`
		IPv4     []Range `xml:"ipRanges>item"`
	}

	// Range is one of addresses.
	Range struct {
		CIDR string `xml:"cidrIp"`
	}

	// Interface is a network interface. One of Lambda's goes after so many Looks at the
	// interfaces since no function has held it; 0: never.
	Interface struct {
		ID          string `xml:"networkInterfaceId"`
		Subnet      string `xml:"subnetId"`
		Description string `xml:"description"`
		Status      string `xml:"status"`
		Kind        string `xml:"interfaceType"`
		Looks       int    `xml:"-"`
	}

	// VPC is one of the region.
	VPC struct {
		ID   string `xml:"vpcId"`
		CIDR string `xml:"cidrBlock"`
	}
)

// Calls are the operations so far.
func (f *Fake) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// Left are the ids of the interfaces of Lambda that are there.
func (f *Fake) Left() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var ids []string
	for _, i := range f.Interfaces {
		if i.Kind == "lambda" {
			ids = append(ids, i.ID)
		}
	}
	return ids
}

func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := r.ParseForm(); err != nil || r.Form.Get("Version") != "2016-11-15" {
		fail(w, http.StatusBadRequest, "NoSuchVersion", "The specified version does not exist")
		return
	}
	operation := r.Form.Get("Action")
	f.calls = append(f.calls, operation)
	serve, known := operations[operation]
	switch {
	case !known:
		fail(w, http.StatusBadRequest, "InvalidAction", "The action "+operation+" is not valid for this web service.")
		return
	case slices.Contains(f.Denied, operation):
		fail(w, http.StatusForbidden, "UnauthorizedOperation", "You are not authorized to perform this operation. User: "+
			"arn:aws:sts::123456789012:assumed-role/deployer/ada is not authorized to perform: ec2:"+operation+
			" because no identity-based policy allows the ec2:"+operation+" action")
		return
	}
	filters, refused := read(r.Form, serve)
	if refused != "" {
		fail(w, http.StatusBadRequest, "InvalidParameterValue", refused)
		return
	}
	f.page(w, r.Form, operation, serve, serve.list(f, filters))
}

// operation is one of the API's.
type operation struct {
	set     string   // the element that holds the list
	filters []string // that it takes
	most    int      // MaxResults, from 5; 0: it has no pages
	list    func(f *Fake, filters map[string][]string) []any
}

// read gives the filters. Anything else in the form is refused.
func read(form url.Values, serve operation) (map[string][]string, string) {
	filters := map[string][]string{}
	for name := range form {
		parts := strings.Split(name, ".")
		switch {
		case name == "Action" || name == "Version" || serve.most > 0 && name == "NextToken":
		case serve.most > 0 && name == "MaxResults":
			if n, err := strconv.Atoi(form.Get(name)); err != nil || n < 5 || n > serve.most {
				return nil, "Value ( " + form.Get(name) + " ) for parameter maxResults is invalid."
			}
		case len(parts) == 3 && parts[0] == "Filter" && parts[2] == "Name":
			filter := form.Get(name)
			if !slices.Contains(serve.filters, filter) {
				return nil, "The filter '" + filter + "' is invalid"
			}
			for k := 1; form.Has(fmt.Sprintf("Filter.%s.Value.%d", parts[1], k)); k++ {
				filters[filter] = append(filters[filter], form.Get(fmt.Sprintf("Filter.%s.Value.%d", parts[1], k)))
			}
		case len(parts) == 4 && parts[0] == "Filter" && parts[2] == "Value":
		default:
			return nil, "The parameter " + name + " is not recognized"
		}
	}
	return filters, ""
}

// page writes a page of a list.
func (f *Fake) page(w http.ResponseWriter, form url.Values, name string, serve operation, items []any) {
	size := len(items)
	if most, err := strconv.Atoi(form.Get("MaxResults")); err == nil {
		size = most
	}
	if f.PageSize > 0 && serve.most > 0 {
		size = f.PageSize
	}
	from, _ := strconv.Atoi(form.Get("NextToken")) // none is the start
	from = min(from, len(items))
	to := min(from+size, len(items))
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?><%sResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">`, name)
	fmt.Fprintf(&b, `<requestId>8f7724cf-496f-496e-8fe3-example</requestId><%s>`, serve.set)
	encoder := xml.NewEncoder(&b)
	for _, item := range items[from:to] {
		if err := encoder.EncodeElement(item, xml.StartElement{Name: xml.Name{Local: "item"}}); err != nil {
			panic(err) // a struct of texts
		}
	}
	fmt.Fprintf(&b, `</%s>`, serve.set)
	if to < len(items) {
		fmt.Fprintf(&b, `<nextToken>%d</nextToken>`, to)
	}
	fmt.Fprintf(&b, `</%sResponse>`, name)
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	_, _ = w.Write(b.Bytes()) // the client may be gone
}

func fail(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors>`+
		`<RequestID>ea966190-f9aa-478e-9ede-example</RequestID></Response>`, code, message)
}
