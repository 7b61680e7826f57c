package generator

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"reflect"
	"slices"
	"sync"
)

// sumOf returns a hash of values and everything that they hold, exported or not,
// as deep as it goes: two values with the same hash look the same to a template,
// whichever fields and methods it uses. ok is false if they hold a function, a
// channel or a loop, of which there is no telling.
func sumOf(values ...any) (sum cacheKey, ok bool) {
	p := printers.Get().(*printer)
	defer printers.Put(p)
	p.out, p.depth, p.failed = p.out[:0], 0, false
	for _, v := range values {
		p.any(reflect.ValueOf(v))
	}
	return sha256.Sum256(p.out), !p.failed
}

// printer writes values so that different ones never look the same: everything
// of variable length begins with its length.
type printer struct {
	out    []byte
	depth  int
	failed bool
}

var printers = sync.Pool{New: func() any { return &printer{} }}

// deepest is how deep values may be. Views are trees of few levels.
const deepest = 100

// printFunc writes the values of one type.
type printFunc func(p *printer, v reflect.Value)

// printFuncs holds the printFunc of each type that has occurred.
var printFuncs sync.Map

func printFuncOf(t reflect.Type) printFunc {
	if f, ok := printFuncs.Load(t); ok {
		return f.(printFunc)
	}
	f, _ := printFuncs.LoadOrStore(t, newPrintFunc(t))
	return f.(printFunc)
}

func newPrintFunc(t reflect.Type) printFunc {
	switch t.Kind() {
	case reflect.String:
		return (*printer).text
	case reflect.Bool:
		return func(p *printer, v reflect.Value) { p.bool(v.Bool()) }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(p *printer, v reflect.Value) { p.number(uint64(v.Int())) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return func(p *printer, v reflect.Value) { p.number(v.Uint()) }
	case reflect.Float32, reflect.Float64:
		return func(p *printer, v reflect.Value) { p.number(math.Float64bits(v.Float())) }
	case reflect.Slice, reflect.Array:
		return newListFunc(t)
	case reflect.Map:
		return (*printer).table
	case reflect.Struct:
		return newStructFunc(t)
	case reflect.Pointer:
		return newPointerFunc(t)
	case reflect.Interface:
		return func(p *printer, v reflect.Value) { p.any(v.Elem()) }
	}
	return func(p *printer, _ reflect.Value) { p.failed = true }
}

func newListFunc(t reflect.Type) printFunc {
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
		return func(p *printer, v reflect.Value) {
			p.bool(v.IsNil())
			p.number(uint64(v.Len()))
			p.out = append(p.out, v.Bytes()...)
		}
	}
	elem := lazily(t.Elem())
	return func(p *printer, v reflect.Value) {
		p.bool(v.Kind() == reflect.Slice && v.IsNil())
		p.number(uint64(v.Len()))
		for i := range v.Len() {
			elem()(p, v.Index(i))
		}
	}
}

func newStructFunc(t reflect.Type) printFunc {
	fields := make([]func() printFunc, t.NumField())
	for i := range fields {
		fields[i] = lazily(t.Field(i).Type)
	}
	return func(p *printer, v reflect.Value) {
		for i, f := range fields {
			f()(p, v.Field(i))
		}
	}
}

func newPointerFunc(t reflect.Type) printFunc {
	elem := lazily(t.Elem())
	return func(p *printer, v reflect.Value) {
		if p.depth++; p.depth > deepest {
			p.failed = true
		}
		if p.bool(v.IsNil()); !v.IsNil() && !p.failed {
			elem()(p, v.Elem())
		}
		p.depth--
	}
}

// lazily finds a printFunc when it is first needed, since types may hold
// themselves.
func lazily(t reflect.Type) func() printFunc {
	return sync.OnceValue(func() printFunc { return printFuncOf(t) })
}

// any writes a value of any type, with the type.
func (p *printer) any(v reflect.Value) {
	if !v.IsValid() {
		p.number(0)
		return
	}
	p.string(v.Type().PkgPath())
	p.string(v.Type().String())
	if p.depth++; p.depth > deepest {
		p.failed = true
	}
	if !p.failed {
		printFuncOf(v.Type())(p, v)
	}
	p.depth--
}

func (p *printer) text(v reflect.Value) { p.string(v.String()) }

func (p *printer) string(s string) {
	p.number(uint64(len(s)))
	p.out = append(p.out, s...)
}

func (p *printer) number(n uint64) { p.out = binary.AppendUvarint(p.out, n) }

func (p *printer) bool(b bool) {
	if b {
		p.out = append(p.out, 1)
	} else {
		p.out = append(p.out, 0)
	}
}

// table writes a map, in the order of the hashes of its entries.
func (p *printer) table(v reflect.Value) {
	if p.depth++; p.depth > deepest {
		p.failed = true
		return
	}
	p.bool(v.IsNil())
	var entries []string
	for k, e := range v.Seq2() {
		one := &printer{depth: p.depth}
		one.any(k)
		one.any(e)
		p.failed = p.failed || one.failed
		entries = append(entries, string(one.out))
	}
	slices.Sort(entries)
	p.number(uint64(len(entries)))
	for _, e := range entries {
		p.string(e)
	}
	p.depth--
}
