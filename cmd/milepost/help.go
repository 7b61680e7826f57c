package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"milepost/schedule/diag"
)

func (a *app) helpCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "help [command | topic]",
		Short: "Explain a command or a topic",
		Long: `Print how a command is used, or the page of the manual about a topic. Without
either it lists the commands and the topics.`,
		Example: `  milepost help build
  milepost help dates`,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var names []string
			for _, c := range cmd.Root().Commands() {
				if c.IsAvailableCommand() && strings.HasPrefix(c.Name(), prefix) {
					names = append(names, c.Name()+"\t"+c.Short)
				}
			}
			for _, t := range topics() {
				if strings.HasPrefix(t.name, prefix) {
					names = append(names, t.name+"\t"+t.about)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
	format := addFormat(cmd, "how a topic is printed: text or markdown", "text", "markdown")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			if page, ok := topicPage(strings.ToLower(args[0])); ok {
				return a.printPages([]string{page}, format.value)
			}
			if page, ok := codePage(strings.ToUpper(args[0])); ok {
				return a.printPages([]string{page}, format.value)
			}
		}
		about, rest, err := cmd.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return unknownTopic(cmd.Root(), args)
		}
		about.InitDefaultHelpFlag()
		return about.Help()
	}
	return cmd
}

// unknownTopic is the error for help about something that there is not.
func unknownTopic(root *cobra.Command, args []string) error {
	var commands []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			commands = append(commands, c.Name())
		}
	}
	hint := diag.DidYouMean(strings.Join(args, " "), slices.Concat(commands, topicNames()))
	if hint == "" {
		hint = fmt.Sprintf("choose a command: %s; or a topic: %s", strings.Join(commands, ", "), strings.Join(topicNames(), ", "))
	}
	return fmt.Errorf("there is no command or topic %q; %s", strings.Join(args, " "), hint)
}

// helpWithTopics is the help of all commands, with the topics of the manual below
// that of the root.
func (a *app) helpWithTopics(usual func(*cobra.Command, []string)) func(*cobra.Command, []string) {
	return func(cmd *cobra.Command, args []string) {
		usual(cmd, args)
		if cmd.HasParent() {
			return
		}
		fmt.Fprintln(a.stdout, "\nTopics, for \"milepost help TOPIC\":")
		for _, t := range topics() {
			fmt.Fprintf(a.stdout, "  %-13s %s\n", t.name, t.about)
		}
	}
}
