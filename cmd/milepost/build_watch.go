package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milepost/generator"
	"milepost/generator/preview"
)

// buildAndWatch builds the site, and again after each edit, until ctx is done.
// Whatever is wrong with the site can be mended meanwhile, so it is no reason to
// end.
func (a *app) buildAndWatch(ctx context.Context, b *siteBuild, poll time.Duration) error {
	b.cache = &generator.Cache{}
	say := func(format string, args ...any) {
		if !b.quiet {
			fmt.Fprintf(a.stdout, format+"\n", args...)
		}
	}
	first := true
	preview.Follow(ctx, preview.Watch{Dir: b.source, Output: b.destination(), Poll: poll, Say: say}, func(changed []string) preview.Outcome {
		m := b.make(ctx)
		if errors.Is(m.err, errInterrupted) {
			return preview.Outcome{}
		}
		return preview.Outcome{Failed: m.err != nil || fails(m.list, b.strict), Tell: func() {
			a.tellRebuild(b, m, changed)
			collectGarbage()
			if first {
				say("watching for edits (Ctrl-C stops)")
				first = false
			}
		}}
	})
	return nil
}

// tellRebuild publishes what a build made of the changed files, of which there
// are none at first, and says so in one line.
func (a *app) tellRebuild(b *siteBuild, m made, changed []string) {
	err := m.err
	if err == nil {
		err = a.publish(b, m, func(r generator.WriteReport) string {
			if len(changed) == 0 {
				return fmt.Sprintf("built %s into %s in %s: %s", count(countPages(m.result.Files), "page"), b.destination(), m.took, writes(r))
			}
			return fmt.Sprintf("%s changed: built %s in %s: %s", preview.Names(changed), count(countPages(m.result.Files), "page"), m.took, writes(r))
		})
	}
	if err != nil && !errors.Is(err, errProblems) {
		fmt.Fprintf(a.stderr, "milepost: %v\n", err)
	}
}
