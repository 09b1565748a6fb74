package secrets

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseFile(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []line
	}{
		{"nothing", "", nil},
		{"comments and empty lines", "# a\n\n   # b\n", nil},
		{"plain", "prod/acme=abc\nB=d e\n", []line{{"prod/acme", "abc", 1}, {"B", "d e", 2}}},
		{"no line end", "A=b", []line{{"A", "b", 1}}},
		{"Windows", "\ufeffA=b\r\nC=\"d\"\r\n", []line{{"A", "b", 1}, {"C", "d", 2}}},
		{"spaces", "  A = b  \n\texport  C=d\t\n", []line{{"A", "b", 1}, {"C", "d", 2}}},
		{"a name that begins with export", "exported=1", []line{{"exported", "1", 1}}},
		{"a comment behind", "A=b # c\nD=e#f\nG=h #", []line{{"A", "b", 1}, {"D", "e#f", 2}, {"G", "h", 3}}},
		{"equals signs", "A=b==\n", []line{{"A", "b==", 1}}},
		{"nothing is put in", "A=$HOME`x`\\n\n", []line{{"A", "$HOME`x`\\n", 1}}},
		{"single quotes", "A='b # \"c\" \\n'\n", []line{{"A", "b # \"c\" \\n", 1}}},
		{"double quotes", `A="b\n\"c\" \\n \$d e" # f`, []line{{"A", "b\n\"c\" \\n $d e", 1}}},
		{"a typographic quote in quotes", "A='“b'", []line{{"A", "“b", 1}}},
		{"JSON", `A={"token": "x"}`, []line{{"A", `{"token": "x"}`, 1}}},
		{"several lines", "A='-----BEGIN\nb\n-----END'\n\nC=d", []line{{"A", "-----BEGIN\nb\n-----END", 1}, {"C", "d", 5}}},
		{"a key in JSON", "prod/acme:token=x", []line{{"prod/acme:token", "x", 1}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseFile(test.text)
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(line{})); err != nil || diff != "" {
				t.Errorf("%v, lines (-want +got):\n%s", err, diff)
			}
		})
	}
}

// An error says where, and nothing of what stands there: it may be the value.
func TestErrorsOfFiles(t *testing.T) {
	const notALine = "line 2: must be NAME=VALUE, a comment, or empty"
	for _, test := range []struct{ name, text, want string }{
		{"no equals sign", "A=b\nsk_live_1\n", notALine},
		{"no name", "A=b\n=sk_live_1\n", notALine},
		{"a name with a space", "A=b\nMY sk_live_1=c\n", notALine},
		{"a name in quotes", "A=b\n\"sk_live_1\"=c\n", notALine},
		{"empty", "A=\n", "line 1: the value is empty"},
		{"only a comment", "A= # sk_live_1\n", "line 1: the value is empty"},
		{"empty quotes", "A=''\n", "line 1: the value is empty"},
		{"an open quote", "A=b\nC=\"sk_live_1\nD=e\n", "line 2: the quote is not closed"},
		{"behind a quote", "A='sk_live_1'sk_live_1\n", "line 1: something follows the closing quote: put the whole value into quotes, and " +
			"\\ before a quote within double ones"},
		{"typographic quotes", "A=b\nC=“sk_live_1”\n", "line 2: the value begins with a typographic quote: write ' or \""},
		{"twice", "A=sk_live_1\nB=c\nA=d\n", "line 3: line 1 gives a value of the same name"},
	} {
		_, err := parseFile(test.text)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}

func FuzzParseFile(f *testing.F) {
	for _, text := range []string{"A=b", "A='b\nc'", "export A=\"b\\n\" # c", "=", "A=\"", "\r\n#"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines, err := parseFile(text)
		for _, l := range lines {
			if l.name == "" || strings.TrimSpace(l.value) == "" || l.number < 1 || err != nil {
				t.Errorf("%+v, %v", l, err)
			}
		}
	})
}
