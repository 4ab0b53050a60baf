package inventory

// places says where the values of a file were written, by the pointers to them. A
// fleet's file has hundreds of thousands, so each is as small as can be.
type places struct {
	file string
	at   map[any]place
}

type place struct{ line, col int32 }

// bytesPerValue is what a value takes in a terse file, to allocate room for all at once.
const bytesPerValue = 11

// newPlaces makes room for the values of a file of that many bytes.
func newPlaces(file string, size int) places {
	return places{file, make(map[any]place, size/bytesPerValue)}
}

func (p places) put(value any, at Pos) { p.at[value] = place{int32(at.Line), int32(at.Col)} }

// of returns the zero Pos for a value that the file does not give.
func (p places) of(value any) Pos {
	at, ok := p.at[value]
	if !ok {
		return Pos{}
	}
	return Pos{p.file, int(at.line), int(at.col)}
}

func (p places) has(value any) bool {
	_, ok := p.at[value]
	return ok
}

// at returns where the file has a value that the decoder has read.
func (d *decoder) at(value any) Pos { return d.where.of(value) }
