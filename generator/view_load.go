package generator

func (b *builder) loadPages(*planSite) []page { return nil }
