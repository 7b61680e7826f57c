// Package plan reads what the author of a plan wrote: TOML tables of phases,
// work, milestones, people, money, risks and more. It checks every value and
// every reference, and knows the place of each in the files.
//
// # What it is
//
// A [Plan] is intent; what follows from it (dates, floats, findings) is the
// business of package schedule. Nothing here is computed from anything else: a
// stated figure stays as the author stated it.
//
// # How a file becomes a Plan
//
//	toml.go       text -> TOML tree (BurntSushi/toml decides what it means)
//	position.go   text -> the place of every key and value
//	load.go       all files of a folder -> tables by kind and id, duplicates
//	decode.go     one table -> one struct, by its toml tags
//	grammar.go    one value -> Duration, When, Money, ... (parse.go has the grammars)
//	refs.go       every id names something that is there
//	check.go      the plan as a whole: calendars, progress, dates
//	describe.go   what kinds of tables and keys there are, with their meaning
//
// Each stage reports all mistakes it finds in a [diag.List] and carries on, so
// that an author sees them in one run. The codes are listed in [Codes].
//
// README.md beside this file is the reference of the format for authors. Its
// tables are made from the comments and tags of the structs in plan.go and kinds.go.
package plan
