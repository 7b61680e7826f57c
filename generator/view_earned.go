package generator

func (b *builder) earnedPages(*planSite) []page { return nil }
