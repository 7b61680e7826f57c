package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"milepost/schedule/diag"
)

func (a *app) completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print the completion script of a shell",
		Long: `Print the script that lets a shell complete milepost's commands and flags.

To have it in every new shell:

  bash        milepost completion bash > ~/.local/share/bash-completion/completions/milepost
  zsh         milepost completion zsh > "${fpath[1]}/_milepost"
  fish        milepost completion fish > ~/.config/fish/completions/milepost.fish
  powershell  milepost completion powershell >> $PROFILE`,
		Example:   "  source <(milepost completion bash)",
		ValidArgs: shells,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("completion takes one shell: %s", strings.Join(shells, ", "))
			}
			for _, s := range shells {
				if s == args[0] {
					return nil
				}
			}
			hint := diag.DidYouMean(args[0], shells)
			if hint == "" {
				hint = "choose one of " + strings.Join(shells, ", ")
			}
			return fmt.Errorf("there is no completion for %q; %s", args[0], hint)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.stdout, true)
			case "zsh":
				return root.GenZshCompletion(a.stdout)
			case "fish":
				return root.GenFishCompletion(a.stdout, true)
			}
			return root.GenPowerShellCompletionWithDesc(a.stdout)
		},
	}
}
