package generator

func (b *builder) progressPages(*planSite) []page { return nil }
