package cloudformation

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// node is an element of an answer; lists are <member> after <member>.
type node struct {
	name string
	text string
	kids []node
}

func el(name string, kids ...node) node { return node{name: name, kids: kids} }

// text is an element with a value; without one it is left out, as AWS does it.
func text(name, value string) node { return node{name: name, text: value} }

func moment(name string, t time.Time) node {
	if t.IsZero() {
		return node{}
	}
	return text(name, t.UTC().Format("2006-01-02T15:04:05.000Z"))
}

func members(name string, items []node) node {
	n := el(name)
	for _, item := range items {
		n.kids = append(n.kids, el("member", item.kids...))
	}
	return n
}

func (n node) write(b *bytes.Buffer) {
	if n.name == "" || n.text == "" && n.kids == nil {
		return
	}
	fmt.Fprintf(b, "<%s>", n.name)
	_ = xml.EscapeText(b, []byte(n.text)) // a buffer takes all
	for _, kid := range n.kids {
		kid.write(b)
	}
	fmt.Fprintf(b, "</%s>", n.name)
}

const namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/"

func succeed(w http.ResponseWriter, action string, result node) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<%sResponse xmlns="%s"><%sResult>`, action, namespace, action)
	for _, kid := range result.kids {
		kid.write(&b)
	}
	fmt.Fprintf(&b, `</%sResult><ResponseMetadata><RequestId>b9b4b068-3a41-11e5-94eb-example</RequestId></ResponseMetadata></%sResponse>`,
		action, action)
	w.Header().Set("Content-Type", "text/xml")
	_, _ = w.Write(b.Bytes()) // the client may be gone
}

func fail(w http.ResponseWriter, e *Error) {
	status := e.Status
	status = cmp.Or(status, http.StatusBadRequest)
	var b bytes.Buffer
	fmt.Fprintf(&b, `<ErrorResponse xmlns="%s">`, namespace)
	el("Error", text("Type", "Sender"), text("Code", e.Code), text("Message", e.Message)).write(&b)
	b.WriteString(`<RequestId>b9b4b068-3a41-11e5-94eb-example</RequestId></ErrorResponse>`)
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the client may be gone
}

// page cuts a list by the request's token and adds the token of the next page.
func page(form url.Values, size int, name string, items []node) node {
	from, _ := strconv.Atoi(form.Get("NextToken")) // none is the start
	from = min(from, len(items))
	to := min(from+size, len(items))
	result := el("", members(name, items[from:to]))
	if to < len(items) {
		result.kids = append(result.kids, text("NextToken", strconv.Itoa(to)))
	}
	return result
}

// pairs reads a list of structures from a form, such as Parameters.member.1.ParameterKey.
func pairs(form url.Values, list, key, value string) []Pair {
	var all []Pair
	for i := 1; form.Has(fmt.Sprintf("%s.member.%d.%s", list, i, key)); i++ {
		at := fmt.Sprintf("%s.member.%d.", list, i)
		all = append(all, Pair{form.Get(at + key), form.Get(at + value)})
	}
	return all
}
