package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"milepost/schedule"
	"milepost/schedule/plan"
)

func (a *app) simulateCommand() *cobra.Command {
	var (
		flags     siteFlags
		folder    string
		trials    int
		seed      uint64
		mitigated bool
		scenario  string
	)
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "How likely the plan finishes in time, and what that depends on",
		Long: `Play the plan through thousands of times and count how often it finishes when.

Each time, work takes another duration between its optimistic and pessimistic
figure, and each risk happens or does not, with its probability. "80% by 22 May"
means that 80 of 100 of these plans were finished by then. The table says which
work and which risks the finish depends on most, and how much earlier it would be
without each risk. Work without three points varies by the spread of
[plan.simulation], which is an assumption and counted as one.

The same plan, trials and seed give the same answer on every machine.`,
		Example: `  milepost simulate
  milepost simulate --trials 50000 --seed 7
  milepost simulate --mitigated
  milepost simulate --scenario S1
  milepost simulate --format json | jq .finish.chance`,
		Args: noArgs,
	}
	flags.add(cmd)
	addPlan(cmd, &folder, &flags)
	addScenario(cmd, &scenario, &folder, &flags)
	cmd.Flags().IntVar(&trials, "trials", 0, "how `often` to play the plan through, instead of the plan's figure")
	cmd.Flags().Uint64Var(&seed, "seed", 0, "another `number` gives other trials, the same number the same ones")
	cmd.Flags().BoolVar(&mitigated, "mitigated", false, "take every mitigation of a risk as done and paid for")
	format := addFormat(cmd, "table, csv or json", "table", "csv", "json")
	cmd.RunE = func(*cobra.Command, []string) error {
		switch {
		case cmd.Flags().Changed("trials") && (trials < 1 || trials > plan.MostTrials):
			return fmt.Errorf("--trials wants a number from 1 to 100,000, not %d", trials)
		case cmd.Flags().Changed("seed") && seed == 0:
			return fmt.Errorf("--seed wants a whole number from 1 on")
		}
		p, err := a.computed(&flags, folder)
		if err != nil {
			return err
		}
		p, sc, err := chooseScenario(p, scenario)
		if err != nil {
			return err
		}
		bar := newProgressBar(a.stderr, flags.quiet)
		sim := p.Schedule.Simulate(schedule.SimulateOptions{Trials: trials, Seed: seed, Mitigated: mitigated, Progress: bar.show})
		bar.clear()
		switch format.value {
		case "csv":
			return schedule.WriteSimulationCSV(a.stdout, sim)
		case "json":
			return schedule.WriteSimulationJSON(a.stdout, sim)
		}
		if err := a.writeScenario(sc); err != nil {
			return err
		}
		return schedule.WriteSimulationTable(a.stdout, sim)
	}
	return cmd
}

// progressBar shows on a terminal how far something is that takes longer than a
// second.
type progressBar struct {
	w       io.Writer // nil if there is nobody to see it
	started time.Time
	shown   string
}

func newProgressBar(w io.Writer, quiet bool) *progressBar {
	b := &progressBar{started: time.Now()}
	if f, ok := w.(*os.File); ok && !quiet && term.IsTerminal(int(f.Fd())) {
		b.w = w
	}
	return b
}

const barWidth = 30

// show draws the bar; a failing terminal is no reason to stop.
func (b *progressBar) show(done, of int) {
	if b.w == nil || time.Since(b.started) < time.Second {
		return
	}
	full := done * barWidth / max(of, 1)
	line := fmt.Sprintf("\rSimulating %s%s %3d%%", strings.Repeat("█", full), strings.Repeat("░", barWidth-full), done*100/max(of, 1))
	if line != b.shown {
		_, _ = io.WriteString(b.w, line)
		b.shown = line
	}
}

// clear takes the bar away.
func (b *progressBar) clear() {
	if b.w != nil && b.shown != "" {
		_, _ = io.WriteString(b.w, "\r"+strings.Repeat(" ", barWidth+20)+"\r")
	}
}
