package plan

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestDescribe holds the description that milepost carries along to the reference:
// the same kinds, keys, meanings and examples.
func TestDescribe(t *testing.T) {
	src, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, reference, _ := strings.Cut(string(src), "## Every kind and key")
	_, common, _ := strings.Cut(reference, "### Every table")
	var names []string
	for _, k := range Describe() {
		names = append(names, k.Name)
		header := "\n### `[" + k.Name + ".ID]`\n\n" + k.Doc + "\n"
		if k.Name == "plan" {
			header = "\n### `[plan]`\n\n" + k.Doc + "\n"
		}
		_, own, ok := strings.Cut(reference, header)
		if !ok {
			t.Errorf("the reference does not say %s", header)
		}
		own, _, _ = strings.Cut(own, "\n### ")
		for _, key := range k.Keys {
			in := own
			if key.Common {
				in, _, _ = strings.Cut(common, "\n### ")
			}
			needed := ""
			if key.Needed {
				needed = " (needed)"
			}
			row := " | " + key.Doc + " | `" + key.Name + " = " + key.Example + "` |"
			if key.Doc == "" || key.Example == "" || !strings.Contains(in, "| `"+key.Name+"`"+needed+" |") || !strings.Contains(in, row) {
				t.Errorf("%s.%s: the reference has no row that ends with %q", k.Name, key.Name, row)
			}
		}
	}
	if !slices.Equal(names, Kinds()) {
		t.Errorf("described are %q", names)
	}
}

func TestNearestKind(t *testing.T) {
	for word, want := range map[string]string{"wrok": "work", "task": "work", "People": "person", "Risk": "risk", "qqqq": ""} {
		if got := NearestKind(word); got != want {
			t.Errorf("%q is near %q, not %q", word, got, want)
		}
	}
}
