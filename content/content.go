// Package content holds the roadmap of the CareConnect partnership, the example
// that milepost brings along. Sites leave files of Go code out, so that this
// file is no part of it.
package content

import "embed"

// FS holds the files of the site's content folder.
//
//go:embed *
var FS embed.FS
