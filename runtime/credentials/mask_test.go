package credentials

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/sfngen/sfngen/runtime/contract"
)

var encoded = contract.PercentEncoded

// masking is a mask of values, each of the secret prod/acme.
func masking(values ...string) *masks {
	m := &masks{}
	for _, value := range values {
		m.add(Reference{Secret: "prod/acme"}, value)
	}
	return m
}

const (
	mark    = "[credential prod/acme]"
	hostile = `p&ss"wörd<1>\/ %41+x`
)

func inJSON(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(out[1 : len(out)-1])
}

// asciiJSON escapes what is not ASCII, as many languages do by default.
func asciiJSON(text string) string {
	var out strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		if unit < 0x80 {
			out.WriteString(inJSON(string(rune(unit))))
			continue
		}
		fmt.Fprintf(&out, `\u%04x`, unit)
	}
	return out.String()
}

func percent(text string) string {
	var out strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&out, "%%%02x", text[i])
	}
	return out.String()
}

// forms are ways in which an API may write what it got.
var forms = map[string]func(string) string{
	"raw":                func(s string) string { return s },
	"JSON":               inJSON,
	"ASCII JSON":         asciiJSON,
	"JSON in JSON":       func(s string) string { return inJSON(inJSON(s)) },
	"slashes":            func(s string) string { return strings.ReplaceAll(inJSON(s), "/", `\/`) },
	"query":              url.QueryEscape,
	"path":               url.PathEscape,
	"every byte":         percent,
	"percent twice":      func(s string) string { return url.QueryEscape(percent(s)) },
	"percent thrice":     func(s string) string { return url.QueryEscape(url.QueryEscape(percent(s))) },
	"HTML":               html.EscapeString,
	"HTML numbers":       func(s string) string { return strings.ReplaceAll(html.EscapeString(s), "&#34;", "&#x22;") },
	"HTML in JSON":       func(s string) string { return inJSON(html.EscapeString(s)) },
	"query in JSON":      func(s string) string { return inJSON(url.QueryEscape(s)) },
	"base64":             func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 after 1":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte("u" + s)) },
	"base64 after 2":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte("u:" + s + "\n")) },
	"Basic":              func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte("ann:"+s)) },
	"Basic of a form":    func(s string) string { return base64.StdEncoding.EncodeToString([]byte("ann:" + url.QueryEscape(s))) },
	"base64 of a query":  func(s string) string { return base64.StdEncoding.EncodeToString([]byte("key=" + encoded(s) + "&a=b")) },
	"base64 for URLs":    func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("Bearer " + s)) },
	"base64 in a query":  func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) },
	"base64 in JSON":     func(s string) string { return inJSON("\n" + base64.StdEncoding.EncodeToString([]byte(s))) },
	"base64 in lines":    func(s string) string { return lines(base64.StdEncoding.EncodeToString([]byte(s)), "\r\n") },
	"base64 lines, JSON": func(s string) string { return lines(base64.StdEncoding.EncodeToString([]byte(s)), `\n`) },
	"UTF-16":             func(s string) string { return strings.Join(strings.Split(s, ""), "\x00") },
}

func lines(text, end string) string {
	var out strings.Builder
	for i := 0; i < len(text); i += 5 {
		out.WriteString(text[i:min(i+5, len(text))] + end)
	}
	return out.String()
}

// TestMaskKnowsEveryForm: of a value nothing is left but what stands around it.
func TestMaskKnowsEveryForm(t *testing.T) {
	for _, value := range []string{"abcd", "sk-live_ABC123def456.ghi", hostile, "öäü€𝄞"} {
		for name, form := range forms {
			if name == "UTF-16" && value != "abcd" {
				continue // of ASCII
			}
			written := form(value)
			got := masking(value).hide("you sent <" + written + ">.")
			if strings.HasPrefix(name, "base64") || strings.HasPrefix(name, "Basic") {
				for i := 0; i+4 <= len(value); i++ {
					if part := value[i : i+4]; strings.Contains(decodedBase64(got), part) {
						t.Errorf("%s of %q: %q has %q", name, value, got, part)
					}
				}
				if !strings.Contains(got, mark) || !strings.HasPrefix(got, "you sent <") || !strings.HasSuffix(got, ">.") {
					t.Errorf("%s of %q: %q gives %q", name, value, written, got)
				}
				continue
			}
			if want := "you sent <" + mark + ">."; got != want {
				t.Errorf("%s of %q: %q gives %q", name, value, written, got)
			}
		}
	}
}

// decodedBase64 is what can be read of a text in base64, wherever it begins.
func decodedBase64(text string) string {
	var out strings.Builder
	runs := strings.FieldsFunc(text, func(r rune) bool { return r > 0x7f || !isBase64(byte(r)) })
	for _, run := range runs {
		for skip := range min(4, len(run)) {
			part := run[skip:]
			plain, _ := base64.RawStdEncoding.DecodeString(part[:len(part)/4*4])
			out.Write(plain)
			out.WriteString(" ")
		}
	}
	return out.String()
}

func TestMaskOfBasicHidesThePasswordToo(t *testing.T) {
	m := masking(base64.StdEncoding.EncodeToString([]byte("ann:hunter22")))
	diff(t, "password", "wrong password: "+mark, m.hide("wrong password: hunter22"))
	diff(t, "both", mark, m.hide("ann:hunter22"))
	diff(t, "user", "ann", m.hide("ann"))
}

func TestMaskKeepsOldValuesAndNames(t *testing.T) {
	m := &masks{}
	m.add(Reference{Secret: "a"}, "first-value")
	m.add(Reference{Parameter: "arn:aws:ssm:eu-central-1:123456789012:parameter/b-secret"}, "other-value")
	m.add(Reference{Secret: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a-AbCdEf"}, "second-value")
	m.add(Reference{}, "a-token")
	diff(t, "all", "[credential a] [credential /b-secret] [credential a] [credential]", m.hide("first-value other-value second-value a-token"))
	for i := range valuesKept {
		m.add(Reference{}, fmt.Sprintf("token-%05d", i))
	}
	diff(t, "the oldest token", "a-token [credential]", m.hide("a-token token-00000"))
	diff(t, "what tokens are got with", "[credential a] [credential /b-secret]", m.hide("first-value other-value"))
	diff(t, "values", valuesKept+3, len(m.values))
}

// A part of a secret that stays is current, however often its other parts change.
func TestMaskKeepsWhatIsCurrent(t *testing.T) {
	m := &masks{}
	for i := range 3 * valuesKept {
		m.add(Reference{Secret: "a"}, "the-user")
		m.add(Reference{Secret: "a"}, fmt.Sprintf("password-%05d", i))
	}
	diff(t, "current", "[credential a] [credential a] password-00000", m.hide("the-user password-00191 password-00000"))
}

func TestMaskKnowsOtherCasesOfALongValue(t *testing.T) {
	m := masking("6f9619ff-8b86-d011-B42D-00cf4fc964ff", "Hunter2")
	for _, text := range []string{"6F9619FF-8B86-D011-B42D-00CF4FC964FF", "6f9619ff-8b86-d011-b42d-00cf4fc964ff"} {
		diff(t, "a UUID", "<"+mark+">", m.hide("<"+text+">"))
	}
	diff(t, "a word", "hunter2", m.hide("hunter2"))
}

// latin1 is a text in ISO 8859-1.
func latin1(text string) string {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		out = append(out, byte(r))
	}
	return string(out)
}

func TestMaskKnowsLatin1(t *testing.T) {
	const value = "pässwörd"
	mistaken := make([]rune, 0, len(value))
	for _, c := range []byte(value) {
		mistaken = append(mistaken, rune(c))
	}
	m := masking(value)
	diff(t, "as a field has it", "<"+mark+">", m.hide("<"+latin1(value)+">"))
	diff(t, "in a URL", "<"+mark+">", m.hide("<"+percent(latin1(value))+">"))
	diff(t, "UTF-8 taken for it", "<"+mark+">", m.hide("<"+string(mistaken)+">"))
	diff(t, "beyond it", "<"+mark+">", masking("1000€").hide("<1000\u00e2\u0082\u00ac>"))
}

// What is put in must not have a value itself, nor make one up with its neighbours.
func TestMaskOfValuesThatAreInTheMark(t *testing.T) {
	diff(t, "a name", "[credential]", masking("acme").hide("acme"))
	diff(t, "the word", "[***]", masking("cred").hide("cred"))
	diff(t, "both", "", masking("cred", "***]").hide("a cred b"))
	if got := masking("abcd", "x[cre").hide("xabcd"); strings.Contains(got, "x[cre") {
		t.Errorf("got %q", got)
	}
}

func TestMaskLeavesOtherTextsAlone(t *testing.T) {
	m := masking("sk-live_ABC123def456.ghi", hostile)
	for _, text := range []string{
		"", "a", "429 Too Many Requests", `{"error":"Invalid API key: sk-li…","n":[1,2,3],"x":"\u0041\n%41&amp;"}`,
		strings.Repeat("%25", 100), "\xff\xfe\x00\\", `\u12`, `\`, "%", "&#;", "&#xzz;", "&#99999999;",
	} {
		diff(t, "text", text, m.hide(text))
	}
	diff(t, "no value", "abcd", (&masks{}).hide("abcd"))
}

func FuzzMask(f *testing.F) {
	f.Add("abcd", "efgh", "x", "y", uint8(0))
	f.Add(hostile, "cred", "[", "]", uint8(7))
	f.Add("x[cre", "abcd", "x", "", uint8(0))
	f.Add("0000", "00\"0", `\u0030`, "%30", uint8(3))
	names := make([]string, 0, len(forms))
	for name := range forms {
		names = append(names, name)
	}
	f.Fuzz(func(t *testing.T, one, two, before, after string, form uint8) {
		if checkValue(one) != nil || checkValue(two) != nil || len(one)+len(two) > 200 {
			t.Skip()
		}
		m := masking(one, two)
		text := before + forms[names[int(form)%len(names)]](one) + two + after
		got := m.hide(text)
		for _, value := range []string{one, two} {
			if strings.Contains(got, value) {
				t.Errorf("%q of %q and %q leaves %q", text, one, two, got)
			}
			for _, decode := range []func(string) (string, error){url.PathUnescape, url.QueryUnescape, unquoted, unescapedHTML} {
				if plain, err := decode(got); err == nil && strings.Contains(plain, value) {
					t.Errorf("%q of %q and %q leaves %q", text, one, two, got)
				}
			}
		}
		const calm = "!()*,.: \n{}[]~"
		plain := strings.Map(func(r rune) rune {
			if strings.ContainsRune(calm, r) {
				return r
			}
			return '.'
		}, before)
		if kept := masking("abcd", "efgh").hide(plain); kept != plain {
			t.Errorf("%q became %q", plain, kept)
		}
	})
}

func unquoted(text string) (out string, err error) {
	err = json.Unmarshal([]byte(`"`+text+`"`), &out)
	return out, err
}

func unescapedHTML(text string) (string, error) { return html.UnescapeString(text), nil }

// largest are bodies that make the most work: 256 KiB, ten values.
var largest = map[string]string{
	"JSON":            strings.Repeat(`{"id":"A1b2C3","note":"a \"quoted\" \u00e4 word &amp; 50%25"},`, 4300),
	"escapes":         strings.Repeat(`\u0061%61&#97;`, 18_000),
	"half a value":    strings.Repeat("sk-live_", 32_000),
	"values":          strings.Repeat("sk-live_0123456789abcdef0 ", 10_000),
	"the same letter": strings.Repeat("a", 256<<10),
}

func tenValues() *masks {
	var values []string
	for i := range 9 {
		values = append(values, fmt.Sprintf("sk-live_0123456789abcdef%d", i))
	}
	return masking(append(values, strings.Repeat("a", mostValue))...)
}

func TestMaskOfALargeBodyTakesLittleTime(t *testing.T) {
	m := tenValues()
	for name, text := range largest {
		began := time.Now()
		m.hide(text[:min(len(text), 256<<10)])
		if took := time.Since(began); took > time.Minute { // milliseconds, on an idle machine; it must not hang
			t.Errorf("%s takes %s", name, took)
		}
	}
}

func BenchmarkMask(b *testing.B) {
	m := tenValues()
	for name, text := range largest {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				m.hide(text)
			}
		})
	}
}
