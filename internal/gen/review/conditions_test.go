package review

import (
	"testing"

	"gopkg.in/yaml.v3"
)

func TestNarrows(t *testing.T) {
	const two, one = "ArnLike: {aws:SourceArn: [!Sub a, !Sub b]}", "ArnLike: {aws:SourceArn: !Sub a}"
	for _, test := range []struct {
		name, before, now string
		want              bool
	}{
		{"a value less", two, one, true},
		{"a value more", one, two, false},
		{"another value", one, "ArnLike: {aws:SourceArn: !Sub c}", false},
		{"the same", two, two, true},
		{"the same text, but no function", one, "ArnLike: {aws:SourceArn: a}", false},
		{"a key more", one, one + "\nStringEquals: {aws:SourceAccount: '1'}", true},
		{"a key less", one + "\nStringEquals: {aws:SourceAccount: '1'}", one, false},
		{"another operator", one, "StringLike: {aws:SourceArn: !Sub a}", false},
		{"none before", "", one, true},
		{"none any more", one, "", false},
		{"a value less that is excluded", "StringNotEquals: {aws:a: ['1', '2']}", "StringNotEquals: {aws:a: ['1']}", false},
		{"of those where the key is", "StringEqualsIfExists: {aws:a: ['1', '2']}", "StringEqualsIfExists: {aws:a: '1'}", false},
		{"of all values", "ForAllValues:StringEquals: {aws:a: ['1', '2']}", "ForAllValues:StringEquals: {aws:a: '1'}", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := narrows(condition(t, test.before), condition(t, test.now)); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

// condition is that of a statement; nil for "".
func condition(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Content) == 0 {
		return nil
	}
	return document.Content[0]
}
