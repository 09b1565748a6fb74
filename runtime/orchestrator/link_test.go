package orchestrator

import (
	"strings"
	"testing"
)

// Targets and anchors change, every other byte stays.
func TestLink(t *testing.T) {
	const same = ""
	tests := []struct{ name, value, want string }{
		{"one", `<https://api.example/v1/items?page=2>; rel="next"`, `</items?page=2>; rel="next"`},
		{"several", `</v1/a>; rel=first,</v1/b>;rel=last , </c>;rel=x`, `</a>; rel=first,</b>;rel=last , </c>;rel=x`},
		{"relative", `<?page=3>; rel=next, <../b>; rel=up, <c>`, `</list/all?page=3>; rel=next, </b>; rel=up, </list/c>`},
		{"the request itself", `<>; rel=self`, `</list/all?page=2>; rel=self`},
		{"commas, semicolons and brackets in quotes", `</v1/a>; title="one, two; <three>"; rel=next, </v1/b>`,
			`</a>; title="one, two; <three>"; rel=next, </b>`},
		{"spaces around it", `< /v1/a >; rel=next`, `</a>; rel=next`},
		{"escaped quotes", `</v1/a>; title="say \"</v1/x>, \\"; rel=next, </v1/b>`, `</a>; title="say \"</v1/x>, \\"; rel=next, </b>`},
		{"commas in a target", `</v1/a?ids=1,2,3>; rel=next`, `</a?ids=1,2,3>; rel=next`},
		{"quotes in a target", `</v1/a?after={"id":7}>; rel=next, </v1/b>`, `</a?after={"id":7}>; rel=next, </b>`},
		{"empty members", `, ,</v1/a>,, </v1/b>,`, `, ,</a>,, </b>,`},
		{"parameters byte for byte", "</v1/a> ;  REL = next;; title*=UTF-8'de'%c3%bc\t; x", "</a> ;  REL = next;; title*=UTF-8'de'%c3%bc\t; x"},
		{"anchor", `</v1/a>; rel=next; anchor="https://api.example/v1/b#c"`, `</a>; rel=next; anchor="/b#c"`},
		{"anchor alone below the URL", `<https://cdn.example/x>; Anchor = "/v1/b" ;rel=icon`, `<https://cdn.example/x>; Anchor = "/b" ;rel=icon`},
		{"anchor without quotes", `</v1/a>;anchor=/v1/b;rel=x`, `</a>;anchor=/b;rel=x`},
		{"anchor with escapes", `</v1/a>; anchor="/v1/b?q=\"c\""`, `</a>; anchor="/b?q=\"c\""`},
		{"anchor elsewhere", `</b>; anchor="https://other.example/\v1"`, same},
		{"an extension relation", `</v1/a>; rel="https://api.example/v1/rels/part"`, `</a>; rel="https://api.example/v1/rels/part"`},
		{"another host", `<https://cdn.example/v1/a>; rel=preload; as=style`, same},
		{"no target", `rel=next`, same},
		{"no end", `</v1/a; rel=next`, same},
		{"right and then wrong", `</v1/a>; rel=next, /v1/b; rel=last`, `</a>; rel=next, /v1/b; rel=last`},
		{"a quote without an end", `</v1/a>; title="x, </v1/b>`, `</a>; title="x, </v1/b>`},
		{"not a URI", `<ht tp://x>; rel=a, </v1/b>`, `<ht tp://x>; rel=a, </b>`},
		{"empty", ``, same},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := test.want
			if want == same {
				want = test.value
			}
			if got := rewritten("https://api.example/v1", "/list/all?page=2", "link", test.value)[0]; got != want {
				t.Errorf("%s\ngot  %s\nwant %s", test.value, got, want)
			}
		})
	}
}

// The work grows with the field, not with its square: that would take minutes here.
func TestLongLink(t *testing.T) {
	const one, links = `</v1/a>; rel="x", `, 60_000
	got := rewritten("https://api.example/v1", "/", "link", strings.Repeat(one, links))[0]
	if want := strings.Repeat(`</a>; rel="x", `, links); got != want {
		t.Errorf("%d links: %.100s…", links, got)
	}
}
