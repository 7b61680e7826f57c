package generator

import (
	_ "embed"

	"milepost/schedule/plan"
)

// site_comments.txt says what each key of site.toml means, as README.md does.
// "make golden" writes it.
//
//go:embed site_comments.txt
var siteComments string

// SiteSchema returns the JSON Schema of site.toml, with a newline at its end.
func SiteSchema() []byte { return plan.SchemaOf(Config{}, "milepost site", siteComments) }
