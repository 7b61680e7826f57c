// Package themes holds the look of a site: the built-in theme, embedded.
package themes

import "embed"

// FS holds one folder for each built-in theme: default/templates and
// default/static.
//
//go:embed all:default
var FS embed.FS
