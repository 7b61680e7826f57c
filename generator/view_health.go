package generator

func (b *builder) healthPages(*planSite) []page { return nil }
