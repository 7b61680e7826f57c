package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"milepost/generator"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// schemaKinds are the kinds of files that there is a schema of.
var schemaKinds = []struct {
	word, about string
	schema      func() []byte
}{
	{"plan", "the files of a plan", plan.Schema},
	{"site", "site.toml", generator.SiteSchema},
	{"baseline", "the files in baselines/", plan.BaselineSchema},
}

func (a *app) schemaCommand() *cobra.Command {
	var words []string
	for _, k := range schemaKinds {
		words = append(words, k.word)
	}
	return &cobra.Command{
		Use:   "schema [plan | site | baseline]",
		Short: "Print the JSON Schema of plan files, for editors",
		Long: `Print the JSON Schema of the files of a plan; or of site.toml, or of a baseline.

With it an editor explains each key, completes keys and words, and underlines what
cannot be right while you type. Editors that use Taplo, such as Visual Studio Code
with Even Better TOML, take it from the first line of a file:

    #:schema ../plan.schema.json

A schema sees one file and one value at a time. What milepost check tells, such as
an id that is not in the plan, it does not see.`,
		Example: `  milepost schema > plan.schema.json
  milepost schema site > site.schema.json`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) > 1:
				return fmt.Errorf("schema takes one of %s, but there are %q", strings.Join(words, ", "), args)
			case len(args) == 0 || slices.Contains(words, args[0]):
				return nil
			}
			hint := diag.DidYouMean(args[0], words)
			if hint == "" {
				hint = "choose one of " + strings.Join(words, ", ")
			}
			return fmt.Errorf("there is no schema of %q; %s", args[0], hint)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var out []string
			for _, k := range schemaKinds {
				if len(args) == 0 {
					out = append(out, k.word+"\t"+k.about)
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			for _, k := range schemaKinds {
				if len(args) == 0 || args[0] == k.word {
					_, err := a.stdout.Write(k.schema())
					return err
				}
			}
			return nil
		},
	}
}
